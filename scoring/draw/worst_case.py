"""The least number of true top proposals that a lottery can be expected to fund."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.draw.intervals import Ints, Order

Floats = NDArray[np.float64]
_CELLS = 2_000_000  # of a block of possible sets looked at together
_LOWEST = 64  # sets looked at first, because they were the worst before


@dataclass(frozen=True, slots=True)
class Cut:
    """One possible set of true top-k: its members, and how much of it the lottery funds."""

    members: Ints
    value: float


class PossibleTops:
    """The extreme possible sets of true top-k, one for each proposal first left out.

    With proposals by low end, best first, the t-th the first that is left out: everything before
    is in, and of those whose high end reaches the t-th low end the k - t that the lottery funds
    least (Goldberg, Fanti, Shah, arXiv 2506.19083). No other set can be worse.
    """

    def __init__(self, order: Order, k: int) -> None:
        self._k = k
        self._by_low = np.lexsort((-order.high, -order.low))
        self._low, self._high = order.low[self._by_low], order.high[self._by_low]
        self._watched = np.arange(min(k + 1, _LOWEST))

    def value(self, p: Floats) -> float:
        """Return the guaranteed expected number of true top-k proposals that p funds."""
        return float(self._values(p, np.arange(self._k + 1)).min())

    def below(self, p: Floats, least: float, count: int) -> list[Cut]:
        """Return up to `count` of the worst sets whose value is below `least`."""
        cuts = self._lowest(p, self._watched, least, count)
        if cuts:
            return cuts
        every = np.arange(self._k + 1)
        values = self._values(p, every)
        self._watched = np.sort(np.argsort(values, kind="stable")[:_LOWEST])
        return self._lowest(p, self._watched, least, count)

    def _lowest(self, p: Floats, left_out: Ints, least: float, count: int) -> list[Cut]:
        values = self._values(p, left_out)
        worst = np.argsort(values, kind="stable")[:count]
        return [self._cut(p, int(left_out[row])) for row in worst if values[row] < least]

    def _values(self, p: Floats, left_out: Ints) -> Floats:
        """Return the funded part of the worst set for each t; infinite where there is none."""
        chances = p[self._by_low]
        before = np.concatenate([[0.0], np.cumsum(chances)])
        cheap = np.argsort(chances, kind="stable")
        place, high, cost = np.arange(len(p))[cheap], self._high[cheap], chances[cheap]
        step = max(1, _CELLS // len(p))
        values = np.empty(len(left_out))
        for start in range(0, len(left_out), step):
            t = left_out[start : start + step, None]
            low = self._low[np.minimum(t, len(p) - 1)]
            rivals = (place > t) & (high >= low)
            rank = np.cumsum(rivals, axis=1, dtype=np.int32)
            need = self._k - t
            value = before[t[:, 0]] + (rivals & (rank <= need)) @ cost
            enough = rank[:, -1] >= need[:, 0]
            values[start : start + step] = np.where(enough, value, np.inf)
        return values

    def _cut(self, p: Floats, t: int) -> Cut:
        chances = p[self._by_low]
        rivals = np.arange(t + 1, len(p))
        rivals = rivals[self._high[rivals] >= self._low[min(t, len(p) - 1)]]
        pick = rivals[np.argsort(chances[rivals], kind="stable")[: self._k - t]]
        members = np.concatenate([np.arange(t), pick])
        return Cut(self._by_low[members], float(chances[members].sum()))
