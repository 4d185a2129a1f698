"""The best guaranteed value of a lottery, and the one lottery of least norm that has it."""

import numpy as np

from scoring.draw.best_value import best_value
from scoring.draw.intervals import Ints, Order
from scoring.draw.least_norm import Sums, least_norm
from scoring.draw.worst_case import Floats, PossibleTops, Sets

_TOLERANCE = 1e-9
_SLACK = 1e-9  # of the value, given up so that the canonical lottery is well defined in floats
_NEAR = 1.0  # possible tops funded better than the worst by more are not looked at again
_STRETCHES = 64  # of the list of possible tops; each shows its worst one
_A_ROUND = 4


def canonical(order: Order, tops: PossibleTops, k: int) -> tuple[float, Floats]:
    """Return the best value, and of all lotteries that have it the one of least Σ p².

    Equals (as many certainly above and certainly below them) get one chance.
    """
    search = Search(tops, k, len(order.low))
    value = search.best()
    p = search.shortest(value)
    keys = np.stack([order.above, order.below])
    group = np.unique(keys, axis=1, return_inverse=True)[1].ravel()
    return value, (np.bincount(group, weights=p) / np.bincount(group))[group]


class Search:
    """Looks at few possible tops, and at another only when a lottery funds it too little.

    Proposals that no top looked at tells apart are a class and share one chance: the optimum is
    symmetric in them, so nothing is lost. Few tops bind in the end (a handful of thousands), so
    there are few classes, and both optima are small problems solved exactly.
    """

    def __init__(self, tops: PossibleTops, k: int, n: int) -> None:
        self._tops, self._k = tops, k
        self._middle = np.full(n, k / n)
        self._seen = np.zeros(k + 1, dtype=np.bool_)
        spread = np.linspace(0, k, 9).astype(np.int64)
        self._seen[spread] = np.isfinite(tops.values(self._middle)[spread])

    def best(self) -> float:
        """Return the best value.

        Tops are sought at the best lottery over those seen, and half-way from the best lottery
        met so far (in-out separation, Ben-Ameur and Neto 2007), which needs far fewer rounds.
        """
        reached = self._tops.values(self._middle).min()
        while True:
            classes, size, sets = self._classes()
            found = best_value(sets, size, self._k)
            corner = found.p[classes]
            new = False
            for p in ((self._middle + corner) / 2, corner):
                values = self._tops.values(p)
                if values.min() > reached:
                    self._middle, reached = p, values.min()
                new |= self._see(values, found.value - _TOLERANCE)
            if not new:
                return min(found.value, float(reached))

    def shortest(self, value: float) -> Floats:
        """Return the lottery of least norm among those of (all but) that value."""
        slack = _SLACK
        self._seen &= self._tops.values(self._middle) <= value + _NEAR
        while True:
            classes, size, sets = self._classes()
            try:
                p = _shortest(sets, size, self._k, value - slack)[classes]
            except ArithmeticError:  # the value was rounded up
                slack *= 2
            else:
                if not self._see(self._tops.values(p), value - slack - 2 * _TOLERANCE):
                    return p

    def _classes(self) -> tuple[Ints, Floats, Sets]:
        """Return the class of each proposal, how many each has, and the tops seen by classes."""
        seen = np.flatnonzero(self._seen)
        classes = self._tops.classes(seen)
        size = np.bincount(classes).astype(float)
        return classes, size, self._tops.some(classes, len(size), seen.tolist())

    def _see(self, values: Floats, least: float) -> bool:
        """See the worst tops below `least`, at most one of each stretch; say if any is new."""
        unseen = np.where(self._seen, np.inf, values)
        parts = np.array_split(np.arange(len(values)), min(_STRETCHES, len(values)))
        worst = np.array([part[unseen[part].argmin()] for part in parts])
        worst = worst[np.argsort(unseen[worst], kind="stable")[:_A_ROUND]]
        worst = worst[unseen[worst] < least]
        self._seen[worst] = True
        return bool(worst.size)


def _shortest(sets: Sets, size: Floats, total: int, least: float) -> Floats:
    """Return the chances of least norm at which each set is worth `least`, whichever rivals it has.

    A set is a cut for each choice of rivals; the choices that matter are found one by one.
    """
    p = np.full(len(size), total / size.sum())
    cuts: dict[bytes, Floats] = {}
    low = np.ones(len(sets.need), dtype=np.bool_)  # to begin with one cut of each
    while not cuts.keys() >= (new := {cut.tobytes(): cut for cut in sets.members(p)[low]}).keys():
        cuts |= new
        rows = np.array(list(cuts.values()))
        p = least_norm(Sums(size, rows, np.full(len(rows), least), float(total)), p)
        low = sets.values(p) < least - _TOLERANCE
    return p
