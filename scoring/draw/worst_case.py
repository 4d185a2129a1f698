"""The least number of true top proposals that a lottery can be expected to fund."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.draw.intervals import Ints, Order

Floats = NDArray[np.float64]
_CELLS = 2_000_000  # of a table of possible sets looked at together


@dataclass(frozen=True, slots=True)
class Sets:
    """Some extreme possible sets of true top-k (rows), counted by classes of proposals (columns).

    A set holds all of `before` and `need` of its `rivals`, whichever the lottery funds least.
    """

    before: Floats
    rivals: Floats
    need: Floats

    def values(self, p: Floats) -> Floats:
        """Return the funded part of each set at its worst; infinite where there is none."""
        cheap, take, enough = self._taken(p)
        return np.where(enough, self.before @ p + take @ p[cheap], np.inf)

    def members(self, p: Floats) -> Floats:
        """Return how many of each class are in each set at its worst."""
        cheap, take, _ = self._taken(p)
        members = self.before.copy()
        members[:, cheap] += take
        return members

    def _taken(self, p: Floats) -> tuple[Ints, Floats, NDArray[np.bool_]]:
        cheap = np.argsort(p, kind="stable")
        rivals = self.rivals[:, cheap]
        upto = np.cumsum(rivals, axis=1)
        need = self.need[:, None]
        return cheap, np.clip(need - upto + rivals, 0, rivals), upto[:, -1] >= self.need


class PossibleTops:
    """The extreme possible sets of true top-k, one for each proposal first left out.

    With proposals by low end, best first, the t-th the first that is left out: everything before
    is in, and of those whose high end reaches the t-th low end the k - t that the lottery funds
    least (Goldberg, Fanti, Shah, arXiv 2506.19083). No other set can be worse.
    """

    def __init__(self, order: Order, k: int) -> None:
        self._k = k
        self._place = np.empty(len(order.low), dtype=np.int64)
        self._place[np.lexsort((-order.high, -order.low))] = np.arange(len(order.low))
        self._above = order.above

    def value(self, p: Floats) -> float:
        """Return the guaranteed expected number of true top-k proposals that p funds."""
        return float(self.values(p).min())

    def values(self, p: Floats) -> Floats:
        """Return how many of each of the k + 1 sets p funds at its worst (infinite: no such)."""
        chances, same = np.unique(p, return_inverse=True)
        return np.concatenate([sets.values(chances) for sets in self._blocks(same, len(chances))])

    def classes(self, left_out: Ints) -> Ints:
        """Return a class for each proposal: the same where none of some sets tells two apart.

        `left_out` (sorted) says which sets, by the proposal first left out.
        """
        places = [
            np.searchsorted(left_out, self._above),
            np.searchsorted(left_out, self._place),
            np.searchsorted(left_out, self._place, side="right"),
        ]
        return np.unique(np.stack(places), axis=1, return_inverse=True)[1].ravel()

    def some(self, classes: Ints, count: int, left_out: Sequence[int]) -> Sets:
        """Return the sets in which one of some proposals is the first left out."""
        each = [self._range(classes, count, one, one + 1) for one in left_out]
        before = np.array([one.before[0] for one in each]).reshape(-1, count)
        rivals = np.array([one.rivals[0] for one in each]).reshape(-1, count)
        return Sets(before, rivals, self._k - np.array(left_out, dtype=float))

    def _blocks(self, classes: Ints, count: int) -> Iterator[Sets]:
        step = max(1, _CELLS // count)
        for start in range(0, self._k + 1, step):
            yield self._range(classes, count, start, min(start + step, self._k + 1))

    def _range(self, classes: Ints, count: int, start: int, stop: int) -> Sets:
        """Proposal j is before t > place_j, and a rival while above_j <= t < place_j."""
        place, above = self._place, self._above
        before, rivals = np.zeros((2, stop - start, count))
        before[0] = np.bincount(classes[place < start], minlength=count)
        rivals[0] = np.bincount(classes[(above <= start) & (place > start)], minlength=count)
        _step(before, classes, place + 1 - start, 1)
        _step(rivals, classes, above - start, 1)
        _step(rivals, classes, place - start, -1)
        need = self._k - np.arange(start, stop, dtype=float)
        return Sets(np.cumsum(before, axis=0), np.cumsum(rivals, axis=0), need)


def _step(table: Floats, classes: Ints, rows: Ints, by: int) -> None:
    inside = (rows > 0) & (rows < len(table))
    np.add.at(table, (rows[inside], classes[inside]), by)
