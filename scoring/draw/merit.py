"""The lottery that funds the most of the true top even in the worst case, in one canonical form."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.draw.canonical import canonical
from scoring.draw.intervals import Interval, Ints, Order
from scoring.draw.push_up import push_up
from scoring.draw.worst_case import Floats, PossibleTops
from scoring.errors import InputError


@dataclass(frozen=True, slots=True)
class Lottery:
    """Probabilities p (n), and the guaranteed expected number of true top-k proposals funded.

    `best` is the highest value that any lottery guarantees.
    """

    p: Floats
    value: float
    best: float


def merit_lottery(intervals: Sequence[Interval], k: int) -> Lottery:
    """Return MERIT's lottery (Goldberg, Fanti, Shah, arXiv 2506.19083), made unique.

    Of all lotteries with the best worst case the one of least Σ p² is taken, so it depends neither
    on the solver nor on the order of the proposals, then pushed up so that no proposal is drawn
    before one that is certainly better. k: places, 0..n.
    """
    check_places(k, len(intervals))
    order = Order.of(intervals)
    sure, open_rows = certain(order, k)
    p = np.zeros(len(intervals))
    p[sure] = 1.0
    if not len(open_rows):
        return Lottery(p, float(k), float(k))
    left = k - len(sure)
    rest = order.part(open_rows)
    tops = PossibleTops(rest, left)
    best, fairest = canonical(rest, tops, left)
    p[open_rows] = push_up(rest, fairest)
    return Lottery(p, len(sure) + tops.value(p[open_rows]), len(sure) + best)


def guaranteed(intervals: Sequence[Interval], k: int, p: Floats) -> float:
    """Return the expected number of true top-k proposals that any lottery p funds at least."""
    return PossibleTops(Order.of(intervals), k).value(p) if k else 0.0


def check_places(k: int, n: int) -> None:
    """Refuse a number of places that is not a whole number from 0 to n."""
    if isinstance(k, bool) or not isinstance(k, int) or not 0 <= k <= n:
        raise InputError(f"k is {k!r}, but there are {n} entrants; give a whole number up to {n}")


def certain(order: Order, k: int) -> tuple[Ints, Ints]:
    """Return who is in every possible top k, and who is in some only."""
    sure = order.below >= len(order.low) - k
    return np.flatnonzero(sure), np.flatnonzero(~sure & (order.above < k))
