"""Rank order under rules: each proposal in turn is funded if the rules can still hold."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scoring.allocation.options import Floats
from scoring.allocation.programme import Objective, Programme
from scoring.allocation.refusals import Refusals, Taught
from scoring.allocation.solver import Model, Solution

_BLOCK = 10  # places decided by one integer programme, by powers of two


def sequence(programme: Programme, taught: Taught | None = None) -> list[tuple[int, int]] | None:
    """Return (row, amount) of the awards; None: the rules cannot hold together.

    The order is that of merit, equals in the order given. Going down it a proposal is funded with
    its ask, else with its minimum, whenever budget, earmarks and every rule can be kept by some
    choice among the rest. So rules (a least number of awards for a group) are kept at the least
    departure from the order. `taught` is what the same order under more rules has taught; what
    this one teaches is added.
    """
    if not programme.rules():
        return _greedy(programme)
    taught = Taught() if taught is None else taught
    model = Model(replace(programme, objective=Objective.MERIT))
    first = taught.standing is None
    found = model.some_set() if taught.standing is None else model.solution(taught.standing)
    if found is None:
        return None
    order = sorted(
        range(len(model.choices)),
        key=lambda one: -programme.candidates[model.choices[one].row].merit,
    )
    chosen = _Descent(model, order, found, taught).decide()
    if first:
        taught.standing = tuple(chosen)
    return [(model.choices[index].row, model.choices[index].amount) for index in chosen]


Taken = NDArray[np.bool_]


class _Descent:
    """Goes down the order with a set that keeps all rules and all decisions so far.

    Whatever is in that set is funded. Whatever is not, and can be brought in by an exchange with
    one further down, is funded too. Only of the rest has it to be proven that no set funds it.
    """

    def __init__(
        self, model: Model, order: Sequence[int], standing: Solution, taught: Taught
    ) -> None:
        self._model, self._order = model, np.array(order, dtype=np.int64)
        self._refusals = Refusals(model, self._order, taught)
        self._place = 0
        self._decided: dict[int, bool] = {}
        self._funded: Taken = np.zeros(len(order), dtype=np.bool_)
        self._taken: Taken = np.zeros(len(order), dtype=np.bool_)
        self._taken[list(standing.chosen)] = True
        self._block = _BLOCK

    def decide(self) -> list[int]:
        """Return the choices of the awards, in order."""
        while self._place < len(self._order):
            index = int(self._order[self._place])
            if self._taken[index]:
                self._decide(index, funded=True)
            elif self._is_refused(index):
                self._decide(index, funded=False)
            elif self._bring_in(index):
                self._decide(index, funded=True)
            elif self._is_refused(index, learn=True):
                self._decide(index, funded=False)
            else:
                self._decide_block()
        return [index for index, funded in self._decided.items() if funded]

    def _decide(self, index: int, *, funded: bool) -> None:
        self._decided[index] = funded
        self._funded[index] = funded
        self._place += 1

    def _bring_in(self, index: int) -> bool:
        """Bring a choice into the standing set, if need be in exchange for one further down."""
        columns, later = self._model.table.columns, self._order[self._place + 1 :]
        later = later[self._taken[later]][::-1]
        other = self._other_amount(index)
        later = later[~np.isin(self._model.row_of[later], list(self._model.forced))]
        taken = np.array(self._taken)
        taken[index] = True
        if other is not None:
            taken[other] = False
            later = later[later != other]
        use = columns[taken].sum(axis=0)
        fits = self._fits(np.concatenate([use[None, :], use - columns[later]]))
        if not fits.any():
            return False
        if first := int(fits.argmax()):
            taken[later[first - 1]] = False
        if not self._model.is_paid(np.flatnonzero(taken).tolist()):
            return self._bring_in(index)  # a limit more is stated now
        self._taken = taken
        return True

    def _other_amount(self, index: int) -> int | None:
        """Return another amount of the same candidate in the standing set."""
        mine = self._taken & (self._model.row_of == self._model.row_of[index])
        mine[index] = False
        return int(mine.argmax()) if mine.any() else None

    def _is_forced_out(self, index: int) -> bool:
        """Say whether a choice is forced out."""
        return not self._model.forced.get(int(self._model.row_of[index]), True)

    def _fits(self, use: Floats) -> NDArray[np.bool_]:
        table = self._model.table
        within = (use <= table.high) & (use >= table.low)
        return np.asarray(within.all(axis=1), dtype=np.bool_)

    def _is_refused(self, index: int, *, learn: bool = False) -> bool:
        """Say whether a rule would be broken whatever is funded further down."""
        other = self._other_amount(index)
        if self._is_forced_out(index) or (other is not None and other in self._decided):
            return True
        if learn:
            self._refusals.learn(index, self._place, self._funded)
        return self._refusals.refuses(index, self._place, self._funded)

    def _decide_block(self) -> None:
        """Decide some places at once: the highest sum of falling powers of two is the order.

        After places of which none could be funded, more are asked about together: whether any can.
        """
        size = min(self._block, len(self._order) - self._place)
        block = self._order[self._place : self._place + size]
        goal = np.zeros(len(self._order))
        goal[block] = 2.0 ** np.arange(_BLOCK)[: -size - 1 : -1] if size <= _BLOCK else 1.0
        found = self._model.some_set(goal, self._decided)
        if found is None:  # pragma: no cover - the standing set is one
            raise ArithmeticError("no set keeps the decisions so far; the tolerance was too wide")
        self._taken[:] = False
        self._taken[list(found.chosen)] = True
        any_funded = bool(self._taken[block].any())
        if size <= _BLOCK or not any_funded:
            for index in block.tolist():
                self._decide(index, funded=bool(self._taken[index]))
        self._block = _BLOCK if any_funded else 2 * self._block


def _greedy(programme: Programme) -> list[tuple[int, int]]:
    left, found = programme.budget_minor, []
    rows = range(len(programme.candidates))
    for row in sorted(rows, key=lambda one: -programme.candidates[one].merit):
        amount = next(
            (level for level in programme.candidates[row].levels() if level <= left), None
        )
        if amount is not None:
            found.append((row, amount))
            left -= amount
    return found
