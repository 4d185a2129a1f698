"""What every candidate would best be given under prices of the rules, and what else would cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FAR = float(2**61)
"""Stands for a limit that is not there."""
NOTHING = -1
"""The option of not being funded."""


@dataclass(frozen=True, slots=True)
class Table:
    """A programme in whole numbers.

    columns: what each choice uses of the rules (choices × rules). row_of: the candidate of each
    choice, ascending from 0. worth: of each choice; scale: what worths are divided by before they
    are compared with prices. low, high: limits of the rules, ± FAR for none.
    """

    columns: Floats
    row_of: Ints
    worth: Ints
    scale: int
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Departures:
    """Ways to depart from the best options, the dearest candidates first.

    `starts` cuts them by candidate. `loss` and `worth` of each. Every limit that can matter is a
    row, one that is least with its signs turned, so that all are upper limits; those with a price
    come first. `change` (rows × departures) is what each departure adds; `less` and `more` (from a
    candidate on × rows): what those that follow may take and add together. `use` of the best
    options, `limit`, and `price` of the first rows.
    """

    candidate: Ints
    option: Ints
    starts: tuple[int, ...]
    loss: Floats
    worth: Ints
    change: Floats
    less: Floats
    more: Floats
    use: Floats
    limit: Floats
    price: Floats

    @property
    def count(self) -> int:
        """Return how many candidates may depart."""
        return len(self.starts) - 1


class Options:
    """The options of all candidates under prices of the rules, some candidates being decided.

    `price` of each rule is positive where its upper limit is priced, negative where its lower is.
    No set is worth more than `z` (in units of the scale), whatever the prices are.
    """

    def __init__(self, table: Table, price: Floats, decided: Mapping[int, bool]) -> None:
        self.table = table
        # a price of a limit that is not there is an error of rounding
        priced = np.where(price > 0, table.high < FAR, table.low > -FAR)
        self.price = np.where(priced, price, 0.0)
        count = int(table.row_of[-1]) + 1
        option = np.concatenate([np.full(count, NOTHING), np.arange(len(table.row_of))])
        candidate = np.concatenate([np.arange(count), table.row_of])
        gain = table.worth / table.scale - table.columns @ self.price
        gain = np.concatenate([np.zeros(count), gain])
        may = np.ones(len(gain), dtype=np.bool_)
        for row, funded in decided.items():
            may &= (candidate != row) | ((option != NOTHING) == funded)
        option, candidate, gain = option[may], candidate[may], gain[may]
        order = np.lexsort((option, -gain, candidate))
        option, candidate, gain = option[order], candidate[order], gain[order]
        first = np.concatenate([[True], candidate[1:] != candidate[:-1]])
        self.best = option[first]
        self.candidate, self._option = candidate[~first], option[~first]
        self.loss = gain[first][self.candidate] - gain[~first]
        taken = self.best[self.best != NOTHING]
        self.worth = int(table.worth[taken].sum())
        self.use = table.columns[taken].sum(axis=0)
        held = np.maximum(self.price * table.high, self.price * table.low)
        self.z = float(gain[first].sum() + held.sum())
        self.furthest = 2 * float(self.loss.sum()) + 1.0

    def reach(self, count: int) -> float:
        """Return the loss within which that many departures lie."""
        if count >= len(self.loss):
            return self.furthest
        return float(np.partition(self.loss, count)[count])

    def departures(self, limit: float) -> Departures:
        """Return all departures that cost at most `limit`."""
        table = self.table
        within = np.flatnonzero(self.loss <= limit)
        candidate, loss = self.candidate[within], self.loss[within]
        least = np.full(len(self.best), np.inf)
        np.minimum.at(least, candidate, loss)
        order = np.lexsort((loss, candidate, -least[candidate]))
        candidate, loss, option = candidate[order], loss[order], self._option[within[order]]
        best = self.best[candidate]
        change = (self._column(option) - self._column(best)).T
        cuts = np.flatnonzero(np.concatenate([[True], candidate[1:] != candidate[:-1]]))
        starts = (*cuts.tolist(), len(candidate)) if len(candidate) else (0,)
        less, more = _still(change, starts, np.minimum), _still(change, starts, np.maximum)
        # a rule without a price that nothing within the limit can break does not matter
        above = np.flatnonzero((self.use + more[0] > table.high) | (self.price > 0))
        below = np.flatnonzero((self.use + less[0] < table.low) | (self.price < 0))
        price = np.concatenate([self.price[above], -self.price[below]])
        first = np.argsort(price <= 0, kind="stable")

        def turned(upper: Floats, lower: Floats) -> Floats:
            sides = [upper[..., above], -lower[..., below]]
            found: Floats = np.ascontiguousarray(np.concatenate(sides, axis=-1)[..., first])
            return found

        return Departures(
            candidate=candidate,
            option=option,
            starts=starts,
            loss=loss,
            worth=self._worth(option) - self._worth(best),
            change=np.ascontiguousarray(turned(change.T, change.T).T),
            less=turned(less, more),
            more=turned(more, less),
            use=turned(self.use, self.use),
            limit=turned(table.high, table.low),
            price=price[price > 0],
        )

    def chosen(self, departures: Departures, turned: Sequence[int]) -> tuple[int, ...]:
        """Return the choices of the set that departs in some ways."""
        best = self.best.copy()
        best[departures.candidate[turned]] = departures.option[turned]
        return tuple(np.sort(best[best != NOTHING]).tolist())

    def _column(self, option: Ints) -> Floats:
        found: Floats = np.where((option == NOTHING)[:, None], 0.0, self.table.columns[option])
        return found

    def _worth(self, option: Ints) -> Ints:
        return np.where(option == NOTHING, 0, self.table.worth[option])


def _still(change: Floats, starts: Sequence[int], extreme: np.ufunc) -> Floats:
    """Return how far the candidates from each on can move each rule together."""
    nothing = np.zeros((1, len(change)))
    if len(starts) == 1:
        return nothing
    each = extreme(extreme.reduceat(change, starts[:-1], axis=1), 0.0).T
    return np.concatenate([np.cumsum(each[::-1], axis=0)[::-1], nothing])


__all__ = ["FAR", "NOTHING", "Departures", "Options", "Table"]
