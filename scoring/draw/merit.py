"""The lottery that funds the most of the true top even in the worst case, in one canonical form."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from scoring.draw.intervals import Interval, Ints, Mask, Order
from scoring.draw.least_norm import Sums, least_norm
from scoring.draw.push_up import push_up
from scoring.draw.worst_case import Floats, PossibleTops
from scoring.errors import InputError

_TOLERANCE = 1e-9
_NEAR = 1e-6  # cuts with more room than this do not shape the canonical lottery
_SLACK = 1e-9  # of the value, given up so that the canonical lottery is well defined in floats
_CUTS_A_ROUND = 24
_LINKS = 3  # direct successors of a group in the order that are asked to be no likelier


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
    left = k - len(sure)
    if left in {0, len(open_rows)}:
        p[open_rows] = float(left > 0)
        return Lottery(p, float(k), float(k))
    rest = order.part(open_rows)
    tops = PossibleTops(rest, left)
    best, canonical = _Canonical(rest, tops, left).solve()
    p[open_rows] = push_up(rest, canonical)
    return Lottery(p, len(sure) + tops.value(p[open_rows]), len(sure) + best)


def guaranteed(intervals: Sequence[Interval], k: int, p: Floats) -> float:
    """Return the expected number of true top-k proposals that any lottery p funds at least."""
    return PossibleTops(Order.of(intervals), k).value(p) if 0 < k < len(intervals) else float(k)


def check_places(k: int, n: int) -> None:
    """Refuse a number of places that is not a whole number from 0 to n."""
    if isinstance(k, bool) or not isinstance(k, int) or not 0 <= k <= n:
        raise InputError(f"k is {k!r}, but there are {n} entrants; give a whole number up to {n}")


def certain(order: Order, k: int) -> tuple[Ints, Ints]:
    """Return who is in every possible top k, and who is in some only."""
    n = len(order.low)
    if k in {0, n}:
        return np.arange(n if k else 0), np.arange(0)
    sure = order.below >= n - k
    return np.flatnonzero(sure), np.flatnonzero(~sure & (order.above < k))


class _Canonical:
    """The best value by cutting planes over groups of equals, then the least norm that has it."""

    def __init__(self, order: Order, tops: PossibleTops, k: int) -> None:
        keys, group, size = np.unique(
            np.stack([order.above, order.below]), axis=1, return_inverse=True, return_counts=True
        )
        self._above, self._below = keys
        self._group, self._size = group.ravel(), size
        self._tops, self._k = tops, k
        self._rows: list[Floats] = []
        self._known: set[bytes] = set()
        self._better, self._worse = successors(self._above, self._below)

    def solve(self) -> tuple[float, Floats]:
        groups = self._best()
        value = self._tops.value(groups[self._group])
        self._rows = [row for row in self._rows if row @ groups < value + _NEAR]
        self._known = {row.tobytes() for row in self._rows}
        links = np.zeros(len(self._better), dtype=np.bool_)
        least = value - _SLACK
        while True:
            groups = least_norm(self._sums(least, links), groups)
            rising = ~links & (groups[self._worse] > groups[self._better] + _TOLERANCE)
            links |= rising
            new = self._add(groups, groups, least - _TOLERANCE)
            if not new and not rising.any():
                return value, groups[self._group]

    def _best(self) -> Floats:
        """Return a lottery of the best value.

        Cuts are first sought half-way towards the best lottery met so far (in-out separation,
        Ben-Ameur and Neto 2007), which needs far fewer of them than cutting at the corner.
        """
        middle = np.full(len(self._size), self._k / self._size.sum())
        guaranteed_by = self._tops.value(middle[self._group])
        self._add(middle, middle, np.inf)
        while True:
            value, corner = self._linear()
            between = (middle + corner) / 2
            reached = self._tops.value(between[self._group])
            if reached > guaranteed_by:
                middle, guaranteed_by = between, reached
            if value - guaranteed_by <= _TOLERANCE / 2:
                return middle
            if self._add(between, corner, value - _TOLERANCE):
                continue
            if not self._add(corner, corner, value - _TOLERANCE):
                return corner

    def _add(self, at: Floats, against: Floats, least: float) -> bool:
        """Add the worst sets at one lottery that are below `least` at another; say if any is."""
        new = False
        for cut in self._tops.below(at[self._group], least, _CUTS_A_ROUND):
            row = np.bincount(self._group[cut.members], minlength=len(self._size)).astype(float)
            if row @ against < least and row.tobytes() not in self._known:
                self._known.add(row.tobytes())
                self._rows.append(row)
                new = True
        return new

    def _sums(self, least: float, links: Mask) -> Sums:
        linked = np.zeros((int(links.sum()), len(self._size)))
        linked[np.arange(len(linked)), self._better[links]] = 1
        linked[np.arange(len(linked)), self._worse[links]] = -1
        return Sums(
            size=self._size.astype(float),
            rows=np.vstack([*self._rows, linked]),
            least=np.concatenate([np.full(len(self._rows), least), np.zeros(len(linked))]),
            total=float(self._k),
        )

    def _linear(self) -> tuple[float, Floats]:
        """Maximise v with v <= every cut, Σ p = k, 0 <= p <= 1."""
        count = len(self._size)
        cuts = csr_array(np.column_stack([np.ones(len(self._rows)), -np.array(self._rows)]))
        limits = vstack([cuts, self._links_as_rows()])
        goal = np.zeros(count + 1)
        goal[0] = -1
        found = linprog(
            goal,
            A_ub=limits,
            b_ub=np.zeros(limits.shape[0]),
            A_eq=np.concatenate([[0.0], self._size])[None, :],
            b_eq=[self._k],
            bounds=[(None, None), *[(0, 1)] * count],
            method="highs",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        return float(found.x[0]), np.clip(found.x[1:], 0, 1)

    def _links_as_rows(self) -> csr_array:
        rows = np.repeat(np.arange(len(self._better)), 2)
        columns = np.stack([self._worse, self._better], axis=1).ravel() + 1
        values = np.tile([1.0, -1.0], len(self._better))
        return csr_array((values, (rows, columns)), shape=(len(self._better), len(self._size) + 1))


def successors(above: Ints, below: Ints) -> tuple[Ints, Ints]:
    """Return pairs (better, worse) of groups where the first need never be less likely.

    Better: no more above and no fewer below. The canonical lottery keeps to this order (exchanging
    the chances of such a pair never lowers the guaranteed value, and evening them out lowers the
    norm), so asking for it changes nothing and spares most cuts. A few direct successors suffice.
    """
    ahead = np.lexsort((-below, above))
    pairs: list[tuple[int, int]] = []
    for place, group in enumerate(ahead.tolist()):
        later = ahead[place + 1 :]
        later = later[below[later] <= below[group]]
        direct = later[below[later] > np.r_[-1, np.maximum.accumulate(below[later])[:-1]]]
        pairs += [(group, other) for other in direct[:_LINKS].tolist()]
    better, worse = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return better, worse
