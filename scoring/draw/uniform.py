"""The same chance for everyone whose interval crosses the line (the rule of the SNSF)."""

from collections.abc import Sequence
from fractions import Fraction

from scoring.draw.intervals import Interval
from scoring.draw.merit import check_places


def uniform_lottery(intervals: Sequence[Interval], k: int) -> list[Fraction]:
    """Return the exact probabilities: 1 above the line, 0 below, an equal share across it.

    The line is the k-th best point estimate (Heyard, Ott, Salanti, Egger 2022); an interval whose
    low end lies above it is funded, one whose high end lies below is not.
    """
    check_places(k, len(intervals))
    if k == 0:
        return [Fraction(0)] * len(intervals)
    line = sorted((one.best_guess for one in intervals), reverse=True)[k - 1]
    above = [one.low > line for one in intervals]
    across = [one.low <= line <= one.high for one in intervals]
    places = k - sum(above)
    share = min(Fraction(places, sum(across)), Fraction(1))
    return [
        Fraction(1) if sure else share if maybe else Fraction(0)
        for sure, maybe in zip(above, across, strict=True)
    ]
