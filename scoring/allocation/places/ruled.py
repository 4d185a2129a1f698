"""At which place in the order each decision turns, where rank order decides under rules.

Going down an order, a proposal is funded if all rules can still be kept with it and with what was
funded above it. What is funded further up only leaves less, so there is one place from which on it
is refused. It is found without deciding anew, for as long as one proposal alone has moved, all
others are decided as before:

- One that is refused, moved up: what stands above it is what stood there already. It is funded from
  the last place on at which the rules can be kept with it and with the funded above.
- One that is funded, moved down: another below it that is funded stays so, for the awards keep the
  rules. One that is refused was so beside it; where it could be funded without it, it now is, and
  the one that moved is out below it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scoring.allocation.optimum import ImpossibleError, smallest_conflict
from scoring.allocation.options import Floats, Ints
from scoring.allocation.places.turn import Turn
from scoring.allocation.programme import Objective, Programme
from scoring.allocation.refusals import Refusals, Taught
from scoring.allocation.sequence import sequence
from scoring.allocation.solver import Model

Progress = Callable[[int, int], None]
Chosen = NDArray[np.bool_]
_KNOWN = 40  # sets that keep the rules, kept to be tried again


def turns_under_rules(programme: Programme, *, progress: Progress | None = None) -> list[Turn]:
    """Return for every candidate where in the order of merit its decision turns.

    What is forced turns at no place. Raises ImpossibleError where the rules cannot hold together.
    """
    ranked = replace(programme, objective=Objective.MERIT)
    taught = Taught()
    found = sequence(replace(programme, objective=Objective.RANK), taught)
    if found is None:
        raise ImpossibleError(smallest_conflict(programme))
    order = _Order(ranked, found, taught)
    told = []
    for row, one in enumerate(programme.candidates):
        funded = row in order.place_of_award
        other = None
        if one.id not in programme.forced:
            other = order.passed_by(row) if funded else order.passes(row)
        place = order.stands[row] + 1
        if other is None:
            told.append(Turn(one.id, funded, place))
        else:
            at = order.stands[other] + 1
            told.append(Turn(one.id, funded, place, at, programme.candidates[other].id))
        if progress is not None:
            progress(row + 1, len(programme.candidates))
    return told


class _Order:
    """An order with its awards, and what could be funded beside some of them."""

    def __init__(
        self, programme: Programme, awards: Sequence[tuple[int, int]], taught: Taught
    ) -> None:
        self._model = Model(programme)
        choices = self._model.choices
        rows = sorted(
            range(len(programme.candidates)), key=lambda row: -programme.candidates[row].merit
        )
        self.stands = {row: place for place, row in enumerate(rows)}
        self._order = np.array(
            sorted(range(len(choices)), key=lambda one: self.stands[choices[one].row]),
            dtype=np.int64,
        )
        self._at = np.empty(len(choices), dtype=np.int64)
        self._at[self._order] = np.arange(len(choices))
        amounts = dict(awards)
        self._awards: Ints = np.array(
            [one for one in self._order if amounts.get(choices[one].row) == choices[one].amount],
            dtype=np.int64,
        )
        self.place_of_award = {choices[one].row: at for at, one in enumerate(self._awards)}
        self._refusals = Refusals(self._model, self._order, taught)
        self._known: list[Chosen] = [self._mask(self._awards)]

    def passes(self, row: int) -> int | None:
        """Return above whom a refused candidate would be funded, the lowest such; None: nobody."""
        above = int((self._at[self._awards] < self._at[self._of(row)[0]]).sum())
        found = max(self._most_beside(choice, above) for choice in self._of(row))
        return None if found < 0 else int(self._model.row_of[self._awards[found]])

    def _most_beside(self, choice: int, above: int) -> int:
        """Return how many of the first awards it can be funded beside, -1 for not even none.

        Beside all that stand above it it cannot.
        """
        low, high = -1, above
        while high - low > 1:
            middle = (low + high) // 2
            start = int(self._at[self._awards[middle]])
            if self._can(choice, self._awards[:middle], start):
                low = middle
            else:
                high = middle
        return low

    def passed_by(self, row: int) -> int | None:
        """Return below whom a funded candidate is out, the first such; None: nobody."""
        place = self.place_of_award[row]
        mine, free = int(self._awards[place]), self._of(row)
        for at in range(int(self._at[mine]) + 1, len(self._order)):
            choice = int(self._order[at])
            if self._model.row_of[choice] == row or choice in self._awards:
                continue
            above = self._awards[self._at[self._awards] < at]
            if self._can(choice, above[above != mine], at, free):
                return int(self._model.row_of[choice])
        return None

    def _of(self, row: int) -> list[int]:
        return np.flatnonzero(self._model.row_of == row).tolist()

    def _can(self, choice: int, funded: Ints, start: int, free: Sequence[int] = ()) -> bool:
        """Say whether the rules can be kept with a choice and some awards.

        From `start` on the order is open, and so are the choices `free`; all others are refused.
        """
        if self._is_out(choice, funded):
            return False
        if self._refusals.refuses(choice, start - 1, self._mask(funded), free):
            return False
        if self._stands(choice, funded):
            return True
        decided = dict.fromkeys(funded.tolist(), True) | {choice: True}
        found = self._model.some_set(choices=decided)
        if found is not None:
            self._keep(self._mask(np.array(found.chosen, dtype=np.int64)))
            return True
        self._refusals.learn(choice, start, self._mask(funded), free)
        return False

    def _is_out(self, choice: int, funded: Ints) -> bool:
        """Say whether it is forced out, or another amount of the same candidate is funded."""
        row = int(self._model.row_of[choice])
        return not self._model.forced.get(row, True) or row in self._model.row_of[funded]

    def _stands(self, choice: int, funded: Ints) -> bool:
        """Say whether a set that is known to keep the rules shows it, if need be with one choice
        exchanged for this one. It may be so though none does.
        """
        row_of, forced = self._model.row_of, list(self._model.forced)
        for known in reversed(self._known):
            if not known[funded].all():
                continue
            if known[choice]:
                return True
            kept = known & (row_of != row_of[choice])
            kept[choice] = True
            spare = np.flatnonzero(kept)
            spare = spare[~np.isin(spare, [choice, *funded]) & ~np.isin(row_of[spare], forced)]
            table = self._model.table
            use = table.columns[kept].sum(axis=0)
            at = _first_within(
                np.concatenate([use[None, :], use - table.columns[spare]]), table.low, table.high
            )
            if at is None:
                continue
            if at:
                kept[spare[at - 1]] = False
            if self._model.is_paid(np.flatnonzero(kept).tolist()):
                self._keep(kept)
                return True
        return False

    def _keep(self, known: Chosen) -> None:
        self._known = [*self._known[-_KNOWN:], known]

    def _mask(self, choices: Ints) -> Chosen:
        found = np.zeros(len(self._order), dtype=np.bool_)
        found[choices] = True
        return found


def _first_within(use: Floats, low: Floats, high: Floats) -> int | None:
    fits = ((use <= high) & (use >= low)).all(axis=1)
    return int(fits.argmax()) if fits.any() else None


__all__ = ["turns_under_rules"]
