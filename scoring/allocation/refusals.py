"""Refusals proven by sums alone: whom no set can fund any more, whatever else it funds.

A limit refuses a choice where what is funded, the choice, and the least that the rest can add
exceed it. Where several limits refuse together, their prices in a linear programme make one
combined limit of them, and again it is a sum. Limits added up with prices of 0 or more are a limit
that holds: so the linear programme need not be trusted, and what one order has taught holds for the
same order with a rule lifted, as long as that rule is not among those combined.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from scoring.allocation.options import FAR, Floats, Ints, Table
from scoring.allocation.solver import Model

_EDGE = 1e-10  # of all that is added up: sums lose far less than this by rounding
Prices = dict[bytes, float]
"""Prices of limits, each limit known by what the choices use of it."""


@dataclass(slots=True)
class Taught:
    """What an order teaches about the same order with rules lifted: where it ended, and why not."""

    standing: tuple[int, ...] | None = None
    combined: list[Prices] = field(default_factory=list)


class Refusals:
    """The limits of a model, all of them upper ones, and what the choices down an order use."""

    def __init__(self, model: Model, order: Ints, taught: Taught) -> None:
        self._model, self._order, self._taught = model, order, taught
        low, high = model.decided(model.forced)
        self._low, self._high = low, high
        self._table: Table | None = None

    def refuses(
        self, index: int, place: int, funded: NDArray[np.bool_], free: Sequence[int] = ()
    ) -> bool:
        """Say whether a sum shows that the choice at a place of the order cannot be funded too.

        All after that place may be funded as well, and those of `free`.
        """
        self._state()
        use = self._use[funded].sum(axis=0) + self._use[index] + self._least[place + 1]
        if free:
            use = use + np.minimum(self._use[list(free)], 0).sum(axis=0)
        return bool((use > self._limit).any())

    def learn(
        self, index: int, place: int, funded: NDArray[np.bool_], free: Sequence[int] = ()
    ) -> None:
        """Combine those limits that leave the least of this choice, if there are some."""
        self._state()
        left = np.concatenate([self._order[place:], np.array(free, dtype=np.int64)])
        found = linprog(
            np.where(left == index, -1.0, 0.0),
            A_ub=csr_array(self._use[left, : len(self._names)].T),
            b_ub=(self._limit - self._use[funded].sum(axis=0))[: len(self._names)],
            bounds=np.stack([self._low[left], self._high[left]], axis=1),
            method="highs-ds",
        )
        prices = zip(self._names, -found.ineqlin.marginals, strict=True)
        self._taught.combined.append({name: float(price) for name, price in prices if price > 0})

    def _state(self) -> None:
        """State the limits of the model where they are new, then the combined ones that are."""
        table = self._model.table
        if table is not self._table:
            self._table, self._read = table, 0
            upper, lower = np.flatnonzero(table.high < FAR), np.flatnonzero(table.low > -FAR)
            self._use = np.concatenate([table.columns[:, upper], -table.columns[:, lower]], axis=1)
            self._limit = np.concatenate([table.high[upper], -table.low[lower]])
            self._names = [use.tobytes() for use in self._use.T]
            self._least = self._least_of(self._use)
        for prices in self._taught.combined[self._read :]:
            self._combine(prices)
        self._read = len(self._taught.combined)

    def _combine(self, prices: Prices) -> None:
        """Add limits up to one more, unless a rule among them is lifted."""
        if not prices.keys() <= set(self._names):
            return
        places = [self._names.index(name) for name in prices]
        price = np.array(list(prices.values()))
        use, limit = self._use[:, places] @ price, self._limit[places] @ price
        gross = np.abs(self._use[:, places]).sum(axis=0) + np.abs(self._limit[places])
        self._use = np.column_stack([self._use, use])
        self._limit = np.append(self._limit, limit + _EDGE * (gross @ price))
        self._least = np.column_stack([self._least, self._least_of(use)])

    def _least_of(self, use: Floats) -> Floats:
        """Return the least that the choices from each place on can add together."""
        mine, low, high = use[self._order].T, self._low[self._order], self._high[self._order]
        least = np.where(low > 0, mine, np.minimum(mine, 0)) * high
        found = np.cumsum(least[..., ::-1], axis=-1)[..., ::-1]
        return np.concatenate([found.T, np.zeros((1, *use.shape[1:]))])


__all__ = ["Refusals", "Taught"]
