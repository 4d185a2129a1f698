"""The best set of awards with one decision turned, found by growing sets from the linear bound."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.allocation.solver import Floats, Ints, Model, Relaxation, Solution

_MOST = 400_000  # sets grown at once
_BITS = 62  # choices told in one whole number
_WORDS = 2
_FIRST = 40  # choices that may turn at first
_WIDER = 1.15
_ROUNDING = 1e-6
_FAR = 1e15


@dataclass(frozen=True, slots=True)
class Grown:
    """Sets that depart from the relaxation's: cost, use of the model's rows, worth, and which."""

    loss: Floats
    use: Floats
    worth: Ints
    turned: Ints

    def only(self, keep: NDArray[np.bool_]) -> "Grown":
        """Return some of the sets."""
        return Grown(self.loss[keep], self.use[keep], self.worth[keep], self.turned[keep])

    def also_with(self, other: "Grown") -> "Grown":
        """Return both lists."""
        return Grown(
            np.concatenate([self.loss, other.loss]),
            np.concatenate([self.use, other.use]),
            np.concatenate([self.worth, other.worth]),
            np.concatenate([self.turned, other.turned]),
        )


def best_turned(model: Model, row: int, known: int | None, *, funded: bool) -> Solution | None:
    """Return the optimum with one candidate in or out; None where this way does not settle it.

    A set that departs from the sign of the reduced costs r at some choices and leaves some of what
    a row with dual price d allows is worth z - Σ |r| - Σ d · what is left, so only sets below a
    limit need growing: z less the worth of a set known to qualify, or ever wider limits.
    """
    if model.has_flows or len(model.choices_of(row)) > 1:
        return None
    relaxed = model.relaxed({**model.forced, row: funded})
    if relaxed is None:
        return None
    growing = _Growing(model, relaxed)
    limit = growing.first_limit()
    most = np.inf if known is None else relaxed.z - known / model.scale + growing.edge
    while True:
        limit = min(limit, most)
        grown = growing.within(limit)
        if grown is None:
            return None
        if grown.worth.size:
            best = int(grown.worth.argmax())
            if relaxed.z - grown.worth[best] / model.scale <= limit:
                return growing.solution(grown, best, limit)
        if limit >= growing.furthest:
            return None
        limit *= _WIDER


class _Growing:
    def __init__(self, model: Model, relaxed: Relaxation) -> None:
        self._model, self._relaxed = model, relaxed
        self.edge = _ROUNDING * max(1.0, abs(relaxed.z))
        settled = relaxed.least == relaxed.most
        self._side = np.where(settled, relaxed.most > 0, relaxed.reduced > 0)
        self._size = np.where(settled, np.inf, np.abs(relaxed.reduced))
        self.furthest = float(self._size[~settled].sum()) + self.edge
        self._columns = model.rows.toarray().T
        self._worths = np.array(model.worth, dtype=np.int64)
        self._low = np.maximum(model.low, -_FAR) - _ROUNDING
        self._high = np.minimum(model.high, _FAR) + _ROUNDING

    def first_limit(self) -> float:
        """Return a limit within which some choices may turn."""
        sizes = np.sort(self._size[np.isfinite(self._size)])
        return float(sizes[:_FIRST].max(initial=0)) + self.edge

    def within(self, limit: float) -> Grown | None:
        """Return all sets that keep the rules and cost at most `limit`; None if too many."""
        items = self._items(limit)
        if len(items) > _BITS * _WORDS:
            return None
        signs = np.where(self._side[items], -1, 1)
        changes = self._columns[items] * signs[:, None]
        down, up = _still(np.minimum(changes, 0)), _still(np.maximum(changes, 0))
        grown = Grown(
            np.zeros(1),
            self._columns[self._side].sum(axis=0)[None, :],
            self._worths[self._side].sum()[None],
            np.zeros((1, _WORDS), dtype=np.int64),
        )
        for place, item in enumerate(items.tolist()):
            more = grown.only(grown.loss + self._size[item] <= limit)
            bit = np.zeros(_WORDS, dtype=np.int64)
            bit[place // _BITS] = 1 << place % _BITS
            turned = Grown(
                more.loss + self._size[item],
                more.use + changes[place],
                more.worth + signs[place] * self._worths[item],
                more.turned | bit,
            )
            grown = grown.also_with(turned)
            grown = grown.only(self._hopeful(grown, down[place + 1], up[place + 1], limit))
            if len(grown.loss) > _MOST:
                return None
        return grown

    def solution(self, grown: Grown, row: int, limit: float) -> Solution:
        """Return one of the sets within a limit."""
        chosen = self._side.copy()
        for place, item in enumerate(self._items(limit).tolist()):
            chosen[item] ^= bool(grown.turned[row, place // _BITS] >> place % _BITS & 1)
        return Solution(tuple(np.flatnonzero(chosen).tolist()), int(grown.worth[row]))

    def _items(self, limit: float) -> Ints:
        order = np.argsort(-self._size, kind="stable")
        return order[self._size[order] <= limit]

    def _hopeful(self, grown: Grown, down: Floats, up: Floats, limit: float) -> NDArray[np.bool_]:
        """Say which sets may still come to keep the rules within the limit."""
        least, most = grown.use + down, grown.use + up
        fits = (least <= self._high).all(axis=1) & (most >= self._low).all(axis=1)
        above, below = self._relaxed.above, self._relaxed.below
        unused = np.maximum(self._high - most, 0) @ above + np.maximum(least - self._low, 0) @ below
        hopeful: NDArray[np.bool_] = fits & (grown.loss + unused <= limit + self.edge)
        return hopeful


def _still(changes: Floats) -> Floats:
    """Return what the changes from each on add up to."""
    return np.concatenate([np.cumsum(changes[::-1], axis=0)[::-1], np.zeros((1, changes.shape[1]))])
