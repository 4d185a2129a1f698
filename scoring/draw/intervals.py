"""Who certainly beats whom: score intervals as an interval order."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scoring.errors import InputError

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Number = int | float | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true score of a proposal may lie, both ends included; higher is better.

    `point` is its best single estimate (None: the middle).
    """

    id: str
    low: Fraction
    high: Fraction
    point: Fraction | None = None

    @property
    def best_guess(self) -> Fraction:
        """Return the point estimate."""
        return (self.low + self.high) / 2 if self.point is None else self.point


def interval(name: str, low: Number, high: Number, point: Number | None = None) -> Interval:
    """Return a checked interval, exact: a float is taken as the decimal it prints as."""
    start, end = _exact(name, low), _exact(name, high)
    if start > end:
        raise InputError(f"the interval of {name} ends ({high}) below its start ({low}); swap them")
    guess = None if point is None else _exact(name, point)
    if guess is not None and not start <= guess <= end:
        raise InputError(f"the point of {name} ({point}) lies outside its interval; correct one")
    return Interval(name, start, end, guess)


def _exact(name: str, value: Number) -> Fraction:
    try:
        return Fraction(str(value) if isinstance(value, float) else value)
    except (ValueError, OverflowError, TypeError) as error:
        raise InputError(
            f"the interval of {name} has {value!r} as an end; give a number"
        ) from error


def _sortable(value: Fraction) -> tuple[int, Fraction]:
    """Return an equivalent key: whole numbers, which nearly always differ, compare faster."""
    return (value.numerator << 64) // value.denominator, value


@dataclass(frozen=True, slots=True)
class Order:
    """The intervals of n proposals as ranks of their ends, which keep every comparison exact.

    above[i] counts those certainly better than i (their low > i's high), below[i] those certainly
    worse. Touching ends overlap.
    """

    low: Ints
    high: Ints
    above: Ints
    below: Ints

    @classmethod
    def of(cls, intervals: Sequence[Interval]) -> "Order":
        """Rank the ends of some intervals."""
        values = sorted({end for one in intervals for end in (one.low, one.high)}, key=_sortable)
        place = {value: rank for rank, value in enumerate(values)}
        low = np.array([place[one.low] for one in intervals], dtype=np.int64)
        return cls.from_ranks(low, np.array([place[one.high] for one in intervals], dtype=np.int64))

    @classmethod
    def from_ranks(cls, low: Ints, high: Ints) -> "Order":
        """Count who is certainly above and below each."""
        above = len(low) - np.searchsorted(np.sort(low), high, side="right")
        below = np.searchsorted(np.sort(high), low, side="left")
        return cls(low, high, above.astype(np.int64), below.astype(np.int64))

    def part(self, rows: Ints) -> "Order":
        """Return the order among some of the proposals only."""
        return Order.from_ranks(self.low[rows], self.high[rows])
