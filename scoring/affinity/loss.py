"""How wrong an order of affinities is: the loss of the literature on expertise."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

Score = Callable[[str, str, str], tuple[float, float]]


def weighted_kendall(rated: Mapping[str, Sequence[tuple[str, float]]], score: Score) -> float:
    """Return the weighted Kendall loss, 0 (never wrong) to 1; telling nothing costs a half.

    `rated` gives each reviewer's papers with the expertise they say they have. Each pair of papers
    of one reviewer that they rate differently weighs by the difference; a pair in the wrong order
    costs its weight, a tie half of it; the sum is divided by all weights (Stelmakh, Wieting,
    Neubig and Shah 2023). `score(reviewer, one, other)` returns the two affinities.
    """
    lost = weight = 0.0
    for reviewer, papers in rated.items():
        for (one, high), (other, low) in combinations(papers, 2):
            if high == low:
                continue
            first, second = score(reviewer, one, other)
            apart = abs(high - low)
            weight += apart
            if first == second:
                lost += apart / 2
            elif (first > second) != (high > low):
                lost += apart
    return lost / weight if weight else 0.0
