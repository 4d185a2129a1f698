"""Solves an allocation exactly: a linear bound, then an integer programme on what is left open."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from scoring.allocation.programme import Objective, Programme
from scoring.allocation.sources import Award, Contribution, Pots

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_CORE = 40  # choices left open at first, nearest to the linear solution's edge
_INFEASIBLE = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """Fund candidate `row` with `amount` minor units, worth `worth`."""

    row: int
    amount: int
    worth: int


@dataclass(frozen=True, slots=True)
class Solution:
    """The best set: chosen indices of `Model.choices`, and its exact worth."""

    chosen: tuple[int, ...]
    worth: int


class Model:
    """Rows and columns of a programme, with dual prices of its relaxation.

    Columns are choices (0/1), then flows of money from each class of contributions with one
    earmark to each group of proposals that the same classes may pay (a group suffices: the split
    to single proposals is a transportation problem).
    """

    def __init__(self, programme: Programme, *, worth: list[int] | None = None) -> None:
        self.programme = programme
        self.choices = [
            Choice(row, amount, candidate.worth(amount, programme.objective))
            for row, candidate in enumerate(programme.candidates)
            for amount in candidate.levels()
        ]
        self.worth = worth if worth is not None else [choice.worth for choice in self.choices]
        self.place = {one.id: row for row, one in enumerate(programme.candidates)}
        self._entries: list[tuple[int, int, float]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._unit = gcd(*(choice.amount for choice in self.choices), 0) or 1
        self._flows = 0
        self._write_rows()
        self.rows = csr_array(
            (
                [value for *_, value in self._entries],
                ([row for row, *_ in self._entries], [column for _, column, _ in self._entries]),
            ),
            shape=(len(self._low), len(self.choices) + self._flows),
        )
        self.low, self.high = np.array(self._low), np.array(self._high)
        self.scale = gcd(*self.worth, 0) or 1
        self._forced = {self.place[name]: funded for name, funded in programme.forced.items()}
        self._bound: tuple[float, Floats] | None = None

    def solve(self, forced: Mapping[int, bool] | None = None) -> Solution | None:
        """Return the optimum with some candidates forced in or out; None when impossible.

        With z the relaxation's dual bound and r its reduced costs, a set that leaves the sign of
        r at choice j is worth at most z - |r_j|. So the programme is solved on the choices with
        small |r|, and again, if that does not prove it, on all that could still matter.
        """
        decided = {**self._forced, **(forced or {})}
        bounded = self.relaxation()
        if bounded is None:
            return self._integer(np.ones(len(self.choices), dtype=np.bool_), None, decided)
        z, reduced = bounded
        size = np.abs(reduced)
        side = reduced > 0
        least = self._least_loss(size, side, decided)
        reach = np.sort(size)[min(_CORE, len(size) - 1)] if len(size) else 0.0
        found = self._integer(size <= reach, side, decided)
        if found is not None:
            needed = z - least - found.worth / self.scale
            if needed <= reach:
                return found
            return self._integer(size <= needed + 1e-6 * max(1.0, abs(z)), side, decided)
        return self._integer(np.ones(len(size), dtype=np.bool_), side, decided)

    def solve_choices(self, decided: Mapping[int, bool]) -> Solution | None:
        """Return some set that keeps the rules with single choices decided; None: impossible."""
        core = np.ones(len(self.choices), dtype=np.bool_)
        return self._integer(core, None, self._forced, choices=decided)

    def is_possible(self) -> bool:
        """Say whether any set meets all rules."""
        return (
            self._integer(np.ones(len(self.choices), dtype=np.bool_), None, self._forced)
            is not None
        )

    def best_by(self, lots: list[int], solution: Solution) -> Solution:
        """Return, among all optima, the one with the highest sum of lots."""
        bounded = self.relaxation()
        core = np.ones(len(self.choices), dtype=np.bool_)
        side = None
        if bounded is not None:
            z, reduced = bounded
            core = np.abs(reduced) <= z - solution.worth / self.scale + 1e-6 * max(1.0, abs(z))
            side = reduced > 0
        found = self._integer(core, side, self._forced, lots=lots, at_least=solution.worth)
        return found if found is not None and found.worth == solution.worth else solution

    def _least_loss(
        self, size: Floats, side: NDArray[np.bool_], decided: Mapping[int, bool]
    ) -> float:
        """Return the reduced cost that the forced decisions lose at least."""
        loss = 0.0
        for row, funded in decided.items():
            mine = [index for index, choice in enumerate(self.choices) if choice.row == row]
            against = [size[index] for index in mine if side[index] != funded]
            loss += (min(against) if len(against) == len(mine) else 0.0) if funded else sum(against)
        return loss

    @property
    def has_flows(self) -> bool:
        """Say whether earmarked contributions make money flow along several ways."""
        return self._flows > 0

    def relaxation(self) -> tuple[float, Floats] | None:
        """Return the dual bound and the reduced costs of the choices, in units of `scale`."""
        if self._bound is None and self.choices:
            self._bound = self._solve_relaxation()
        return self._bound

    def _solve_relaxation(self) -> tuple[float, Floats] | None:
        count = len(self.choices)
        worth = np.concatenate([np.array(self.worth) / self.scale, np.zeros(self._flows)])
        upper, lower = np.isfinite(self.high), np.isfinite(self.low)
        upper_rows, lower_rows = np.flatnonzero(upper), np.flatnonzero(lower)
        picks = np.concatenate([upper_rows, lower_rows])
        signs = np.concatenate([np.ones(len(upper_rows)), -np.ones(len(lower_rows))])
        found = linprog(
            -worth,
            A_ub=self.rows[picks].multiply(signs[:, None]),
            b_ub=np.concatenate([self.high[upper_rows], -self.low[lower_rows]]),
            bounds=[(0, 1)] * count + [(0, None)] * self._flows,
            method="highs-ds",
        )
        if found.x is None:
            return None
        prices = np.maximum(-found.ineqlin.marginals, 0)
        duals = np.zeros(len(self.low))
        np.add.at(duals, picks, prices * signs)
        reduced = worth - self.rows.T @ duals
        most = self.programme.budget_minor / self._unit
        paid = float(prices @ np.concatenate([self.high[upper_rows], -self.low[lower_rows]]))
        z = paid + float(np.maximum(reduced[:count], 0).sum())
        z += float(np.maximum(reduced[count:], 0).sum()) * most
        return z, reduced[:count]

    def _integer(
        self,
        core: NDArray[np.bool_],
        side: NDArray[np.bool_] | None,
        decided: Mapping[int, bool],
        *,
        choices: Mapping[int, bool] | None = None,
        lots: list[int] | None = None,
        at_least: int | None = None,
    ) -> Solution | None:
        count = len(self.choices)
        if not count:
            return Solution((), 0) if (self.low <= 0).all() else None
        low, high = np.zeros(count), np.ones(count)
        if side is not None:
            low[~core & side] = 1
            high[~core & ~side] = 0
        forced_rows = []
        for row, funded in decided.items():
            mine = [index for index, choice in enumerate(self.choices) if choice.row == row]
            low[mine] = 0
            high[mine] = 1 if funded else 0
            if funded:
                forced_rows.append(mine)
        for index, taken in (choices or {}).items():
            low[index] = high[index] = float(taken)
        worth = np.array(self.worth) / self.scale
        goal = np.array(lots, dtype=float) if lots is not None else worth
        limits = [LinearConstraint(self.rows, self.low, self.high)]
        flows = np.zeros(self._flows)
        for mine in forced_rows:
            once = np.zeros(count + self._flows)
            once[mine] = 1
            limits.append(LinearConstraint(once[None, :], 1, 1))
        if at_least is not None:
            whole = np.concatenate([worth, flows])[None, :]
            limits.append(LinearConstraint(csr_array(whole), at_least / self.scale - 0.25, np.inf))
        found = milp(
            np.concatenate([-goal, flows]),
            constraints=limits,
            bounds=Bounds(
                np.concatenate([low, flows]), np.concatenate([high, np.full(self._flows, np.inf)])
            ),
            integrality=np.concatenate([np.ones(count), flows]),
            options={"mip_rel_gap": 0},
        )
        if found.status == _INFEASIBLE:
            return None
        if found.status != 0:  # pragma: no cover - a solver that gave up
            raise ArithmeticError(f"the integer programme was not solved: {found.message}")
        chosen = tuple(np.flatnonzero(found.x[:count] > 0.5).tolist())  # noqa: PLR2004  (0/1)
        return Solution(chosen, sum(self.worth[index] for index in chosen))

    def _row(self, entries: list[tuple[int, float]], low: float, high: float) -> None:
        number = len(self._low)
        self._entries += [(number, column, value) for column, value in entries]
        self._low.append(low)
        self._high.append(high)

    def _write_rows(self) -> None:
        programme, unit = self.programme, self._unit
        money = [(index, choice.amount / unit) for index, choice in enumerate(self.choices)]
        self._row(money, 0, programme.budget_minor // unit)
        by_row: dict[int, list[int]] = {}
        for index, choice in enumerate(self.choices):
            by_row.setdefault(choice.row, []).append(index)
        for mine in by_row.values():
            if len(mine) > 1:
                self._row([(index, 1.0) for index in mine], 0, 1)
        for constraint in programme.constraints:
            mine = [
                index
                for index, choice in enumerate(self.choices)
                if constraint.binds(programme.candidates[choice.row])
            ]
            least, most = constraint.money(programme.budget_minor)
            if constraint.min_share is not None or most is not None:
                high = np.inf if most is None else most // unit
                self._row([money[index] for index in mine], -(-least // unit), high)
            if constraint.min_count is not None or constraint.max_count is not None:
                high = np.inf if constraint.max_count is None else constraint.max_count
                self._row([(index, 1.0) for index in mine], constraint.min_count or 0, high)
        for group in programme.exclusive:
            ones = [(index, 1.0) for name in group for index in by_row[self.place[name]]]
            self._row(ones, 0, 1)
        for first, second in programme.requires:
            ones = [(index, 1.0) for index in by_row[self.place[first]]]
            self._row(ones + [(index, -1.0) for index in by_row[self.place[second]]], -np.inf, 0)
        if any(pot.earmark for pot in programme.contributions):
            self._write_flows(money)

    def _write_flows(self, money: list[tuple[int, float]]) -> None:
        pots = self.programme.contributions
        groups: dict[tuple[int, ...], list[int]] = {}
        for index, choice in enumerate(self.choices):
            attributes = self.programme.candidates[choice.row].attributes
            payers = tuple(at for at, pot in enumerate(pots) if pot.may_pay(attributes))
            groups.setdefault(payers, []).append(index)
        spent: dict[int, list[int]] = {}
        for payers, mine in sorted(groups.items()):
            flows = []
            for at in payers:
                column = len(self.choices) + self._flows
                self._flows += 1
                flows.append((column, -1.0))
                spent.setdefault(at, []).append(column)
            self._row([money[index] for index in mine] + flows, 0, 0)
        for at, columns in spent.items():
            self._row([(column, 1.0) for column in columns], 0, pots[at].amount_minor / self._unit)


def can_be_paid(programme: Programme, awards: list[Award]) -> bool:
    """Say, in exact integers, whether budget and contributions cover some awards."""
    if sum(award.amount_minor for award in awards) > programme.budget_minor:
        return False
    pots = Pots(programme.contributions or [Contribution("budget", programme.budget_minor)])
    return all(pots.promise(award) for award in awards)


__all__ = ["Choice", "Model", "Objective", "Solution", "can_be_paid"]
