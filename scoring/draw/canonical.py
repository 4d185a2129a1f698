"""The best guaranteed value of a lottery, and the one lottery of least norm that has it."""

import numpy as np
from scipy.optimize import linprog

from scoring.draw.evenness import Shared, parted
from scoring.draw.intervals import Ints, Order
from scoring.draw.least_norm import Shortest, Sums, least_norm
from scoring.draw.worst_case import Floats, PossibleTops, Sets

_TOLERANCE = 1e-9
_SLACK = 1e-9  # of the value, given up so that the canonical lottery is well defined in floats
_NOTHING = 1e-12
_STILL = 1e-6  # a bound that falls by less stands still
_GAPS = (1e-1, 1e-2, 1e-4, _TOLERANCE / 2)  # in the value, rough blocks need no exact value
_NEAR = 1e-3  # cuts with more room than this are dropped once blocks are parted
_CUTS_A_ROUND = 24
_BLOCKS = 32  # to begin with


def canonical(order: Order, tops: PossibleTops, k: int) -> tuple[float, Floats]:
    """Return the best value, and of all lotteries that have it the one of least Σ p²."""
    search = Search(order, tops, k)
    value = search.best()
    return value, search.shortest(value)


class Search:
    """Cutting planes over blocks of groups that share one chance, parted until none must be.

    Groups: proposals with as many certainly above and certainly below them; they are equals. Few
    chances are different in the end, so blocks of groups are far fewer than groups.
    """

    def __init__(self, order: Order, tops: PossibleTops, k: int) -> None:
        keys, group, size = np.unique(
            np.stack([order.above, order.below]), axis=1, return_inverse=True, return_counts=True
        )
        self._group, self._group_size = group.ravel(), size.astype(float)
        self._tops, self._k = tops, k
        self._left_out: list[int] = []
        self._cuts: list[Floats] = []
        self._known: set[bytes] = set()
        standing = np.argsort(np.argsort(keys[0] - keys[1], kind="stable"))
        self._part(standing * _BLOCKS // max(len(standing), _BLOCKS))
        self._middle = np.full(len(self._size), k / len(group))

    def best(self) -> float:
        """Return the best value: roughly at first, as exactly as floats allow in the end."""
        for gap in _GAPS if len(self._size) < len(self._group_size) else _GAPS[-1:]:
            while True:
                value, p, weight, price = self._best_of_blocks(gap)
                if not self._refined(p, weight, np.full(len(p), price)):
                    break
        return value

    def shortest(self, value: float) -> Floats:
        """Return the lottery of least norm among those of (all but) that value."""
        least = value - _SLACK
        while True:
            found = self._shortest_of_blocks(least)
            if found is None:  # the value was rounded up
                least -= _SLACK
            elif not self._refined(found.p, found.weight, found.p - found.of_total):
                return found.p[self._block][self._group]

    def _best_of_blocks(self, gap: float) -> tuple[float, Floats, Floats, float]:
        """Return the best value over blocks, a lottery of it, weights of cuts, price of a place.

        Cuts are first sought half-way towards the best lottery met so far (in-out separation,
        Ben-Ameur and Neto 2007), which needs far fewer of them than cutting at the corner. Once
        the bound stands still, the lottery of least norm that would reach it is tried.
        """
        bound, guaranteed_by = np.inf, self._value(self._middle)
        self._add(self._middle, self._middle, np.inf)
        while True:
            value, corner, weight, price = self._linear()
            if bound - value < _STILL:
                found = self._shortest_of_blocks(value - _SLACK)
                if found is not None:
                    self._middle = found.p
                    return value, found.p, weight, price
            bound = value
            between = (self._middle + corner) / 2
            reached = self._value(between)
            if reached > guaranteed_by:
                self._middle, guaranteed_by = between, reached
            if value - guaranteed_by <= gap:
                return min(value, guaranteed_by), corner, weight, price
            cut = self._add(between, corner, value - _TOLERANCE)
            cut = cut or self._add(corner, corner, value - _TOLERANCE)
            if not cut and len(self._cuts) == len(weight):
                return min(value, self._value(corner)), corner, weight, price

    def _shortest_of_blocks(self, least: float) -> Shortest | None:
        """Return the lottery of least norm that guarantees `least`; None where none does."""
        p = np.full(len(self._size), self._k / self._size.sum())
        while True:
            try:
                found = least_norm(self._sums(least), p)
            except ArithmeticError:
                return None
            p = found.p
            if not self._add(p, p, least - _TOLERANCE):
                return found if self._value(p) >= least - 10 * _TOLERANCE else None

    def _value(self, p: Floats) -> float:
        return float(self._sets.values(p).min())

    def _add(self, at: Floats, against: Floats, least: float) -> bool:
        """Add the worst sets at one lottery that are below `least` at another; say if any is."""
        values = self._sets.values(at)
        worst = np.argsort(values, kind="stable")[:_CUTS_A_ROUND]
        worst = worst[values[worst] < least]
        cuts = self._sets.only(worst).members(at)
        found = False
        for left_out, cut in zip(worst.tolist(), cuts, strict=True):
            if cut @ against < least and cut.tobytes() not in self._known:
                self._known.add(cut.tobytes())
                self._cuts.append(cut)
                self._left_out.append(left_out)
                found = True
        return found

    def _part(self, block: Ints) -> None:
        self._block = block
        self._size: Floats = np.bincount(block, weights=self._group_size).astype(float)
        self._sets = self._tops.sets(block[self._group], len(self._size))

    def _refined(self, p: Floats, weight: Floats, asked: Floats) -> bool:
        """Part the blocks that groups should not share; say if any is. Drop cuts far off."""
        if len(self._size) == len(self._group_size):
            return False
        finer = parted(self._shared(p, weight, asked))
        if finer is None:
            return False
        sums = np.array(self._cuts) @ p
        near = np.flatnonzero(sums <= sums.min() + _NEAR)
        old, coarser = self._sets, np.zeros(finer.max() + 1, dtype=np.int64)
        coarser[finer] = self._block
        self._part(finer)
        self._middle = self._middle[coarser]
        self._left_out = [self._left_out[row] for row in near]
        self._cuts = [
            self._spread(left_out, self._cuts[row], old, coarser)
            for left_out, row in zip(self._left_out, near, strict=True)
        ]
        self._known = {cut.tobytes() for cut in self._cuts}
        return True

    def _shared(self, p: Floats, weight: Floats, asked: Floats) -> Shared:
        taken: dict[int, Floats] = {}
        weights: dict[int, float] = {}
        for row in np.flatnonzero(weight > _NOTHING):
            left_out, share = self._left_out[row], float(weight[row])
            rivals = share * (self._cuts[row] - self._sets.before[left_out])
            taken[left_out] = taken.get(left_out, 0.0) + rivals
            weights[left_out] = weights.get(left_out, 0.0) + share
        return Shared(
            block=self._block,
            size=self._group_size,
            chance=p,
            sets=self._tops.some(self._group, len(self._group_size), list(taken)),
            weight=np.array(list(weights.values())),
            taken=np.array(list(taken.values())).reshape(-1, len(p)),
            asked=asked,
        )

    def _spread(self, left_out: int, cut: Floats, old: Sets, coarser: Ints) -> Floats:
        """Return a cut over finer blocks: each has its share of what was taken of the coarser."""
        share = (cut - old.before[left_out]) / np.maximum(old.rivals[left_out], 1)
        spread: Floats = self._sets.before[left_out] + self._sets.rivals[left_out] * share[coarser]
        return spread

    def _sums(self, least: float) -> Sums:
        return Sums(
            size=self._size,
            rows=np.array(self._cuts),
            least=np.full(len(self._cuts), least),
            total=float(self._k),
        )

    def _linear(self) -> tuple[float, Floats, Floats, float]:
        """Maximise v with v <= every cut, Σ p = k, 0 <= p <= 1."""
        count = len(self._size)
        goal = np.zeros(count + 1)
        goal[0] = -1
        found = linprog(
            goal,
            A_ub=np.column_stack([np.ones(len(self._cuts)), -np.array(self._cuts)]),
            b_ub=np.zeros(len(self._cuts)),
            A_eq=np.concatenate([[0.0], self._size])[None, :],
            b_eq=[self._k],
            bounds=[(None, None), *[(0, 1)] * count],
            method="highs",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        weight = np.maximum(-found.ineqlin.marginals, 0)
        return (
            float(found.x[0]),
            np.clip(found.x[1:], 0, 1),
            weight,
            -float(found.eqlin.marginals[0]),
        )
