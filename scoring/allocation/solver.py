"""Solves an allocation exactly: a linear bound, then an integer programme on what is left open."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from scoring.allocation.programme import Objective, Programme
from scoring.allocation.sources import Award, Contribution, Pots

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_CORE = 40  # choices left open at first, nearest to the linear solution's edge
_FEW = 120  # choices left open for which preparing the programme costs more than it saves
_INFEASIBLE = 2
_ROUNDING = 1e-6
_ONE = np.ones(1)


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


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The linear programme without whole numbers, in units of the model's `scale`.

    z: dual bound of the worth. reduced: reduced costs of the choices, each from `least` to `most`.
    above, below: dual prices of the upper and lower limits of the rows.
    """

    z: float
    reduced: Floats
    least: Floats
    most: Floats
    above: Floats
    below: Floats


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
        self._row_of = np.array([choice.row for choice in self.choices], dtype=np.int64)
        self._mine: dict[int, list[int]] = {}
        for index, choice in enumerate(self.choices):
            self._mine.setdefault(choice.row, []).append(index)
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
        self.forced = {self.place[name]: funded for name, funded in programme.forced.items()}
        self._bound: Relaxation | None = None

    def solve(
        self, forced: Mapping[int, bool] | None = None, *, known: int | None = None
    ) -> Solution | None:
        """Return the optimum with some candidates forced in or out; None when impossible.

        With z the dual bound of the relaxation and r its reduced costs, a set that leaves the sign
        of r at choice j is worth at most z - |r_j|. So the programme is solved on the choices with
        small |r|, and again, if that does not prove it, on all that could still matter. `known`:
        the worth of a set that keeps the same decisions, which spares the second.
        """
        decided = {**self.forced, **(forced or {})}
        bounded = self.relaxed(decided) if decided else self.relaxation()
        if bounded is None:
            return self._integer(np.ones(len(self.choices), dtype=np.bool_), None, decided)
        z, reduced = bounded.z, bounded.reduced
        size, side, edge = np.abs(reduced), reduced > 0, 1e-6 * max(1.0, abs(z))
        if known is None:
            reach = np.sort(size)[min(_CORE, len(size) - 1)]
        else:
            reach = z - known / self.scale + edge
        found = self._integer(size <= reach, side, decided)
        if found is None:
            return self._integer(np.ones(len(size), dtype=np.bool_), side, decided)
        needed = z - found.worth / self.scale + edge
        return found if needed <= reach + edge else self._integer(size <= needed, side, decided)

    def solve_choices(self, decided: Mapping[int, bool]) -> Solution | None:
        """Return some set that keeps the rules with single choices decided; None: impossible."""
        core = np.ones(len(self.choices), dtype=np.bool_)
        return self._integer(core, None, self.forced, choices=decided)

    def is_possible(self) -> bool:
        """Say whether any set meets all rules."""
        return (
            self._integer(np.ones(len(self.choices), dtype=np.bool_), None, self.forced) is not None
        )

    def best_by(self, lots: list[int], solution: Solution) -> Solution:
        """Return, among all optima, the one with the highest sum of lots."""
        bounded = self.relaxation()
        core = np.ones(len(self.choices), dtype=np.bool_)
        side = None
        if bounded is not None:
            z, reduced = bounded.z, bounded.reduced
            core = np.abs(reduced) <= z - solution.worth / self.scale + 1e-6 * max(1.0, abs(z))
            side = reduced > 0
        found = self._integer(core, side, self.forced, lots=lots, at_least=solution.worth)
        return found if found is not None and found.worth == solution.worth else solution

    @property
    def has_flows(self) -> bool:
        """Say whether earmarked contributions make money flow along several ways."""
        return self._flows > 0

    def relaxation(self) -> Relaxation | None:
        """Return the dual bound and the reduced costs of the choices, in units of `scale`."""
        if self._bound is None and self.choices:
            self._bound = self.relaxed({})
        return self._bound

    def relaxed(self, decided: Mapping[int, bool]) -> Relaxation | None:
        """Return the bound with some candidates decided (who is in may be open in its amount)."""
        count = len(self.choices)
        least, most = self._decided(decided)
        worth = np.concatenate([np.array(self.worth) / self.scale, np.zeros(self._flows)])
        upper, lower = np.isfinite(self.high), np.isfinite(self.low)
        upper_rows, lower_rows = np.flatnonzero(upper), np.flatnonzero(lower)
        picks = np.concatenate([upper_rows, lower_rows])
        signs = np.concatenate([np.ones(len(upper_rows)), -np.ones(len(lower_rows))])
        found = linprog(
            -worth,
            A_ub=self.rows[picks].multiply(signs[:, None]),
            b_ub=np.concatenate([self.high[upper_rows], -self.low[lower_rows]]),
            bounds=[*zip(least, most, strict=True), *[(0, None)] * self._flows],
            method="highs-ds",
        )
        if found.x is None:
            return None
        prices = np.maximum(-found.ineqlin.marginals, 0)
        duals = np.zeros(len(self.low))
        np.add.at(duals, picks, prices * signs)
        reduced = worth - self.rows.T @ duals
        money = self.programme.budget_minor / self._unit
        paid = float(prices @ np.concatenate([self.high[upper_rows], -self.low[lower_rows]]))
        gains = reduced[:count]
        z = paid + float(np.where(gains > 0, gains * most, gains * least).sum())
        z += float(np.maximum(reduced[count:], 0).sum()) * money
        above, below = np.zeros(len(self.low)), np.zeros(len(self.low))
        above[upper_rows], below[lower_rows] = np.split(prices, [len(upper_rows)])
        return Relaxation(z, gains, least, most, above, below)

    def choices_of(self, row: int) -> list[int]:
        """Return the choices of a candidate, one for each amount."""
        return self._mine[row]

    def _decided(self, decided: Mapping[int, bool]) -> tuple[Floats, Floats]:
        """Return the least and the most of each choice."""
        low, high = np.zeros(len(self.choices)), np.ones(len(self.choices))
        for row, funded in decided.items():
            mine = self._mine[row]
            low[mine] = float(funded and len(mine) == 1)
            high[mine] = float(funded)
        return low, high

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
        low, high = self._decided(decided)
        if side is not None:
            far = ~core & ~np.isin(self._row_of, list(decided))
            low[far], high[far] = side[far], side[far]
        for index, taken in (choices or {}).items():
            low[index] = high[index] = float(taken)
        worth = np.array(self.worth) / self.scale
        goal = np.array(lots, dtype=float) if lots is not None else worth
        limits = [(self.rows, self.low, self.high), *self._once(decided)]
        if at_least is not None:
            least_worth = np.array([at_least / self.scale - 0.25])
            limits.append((self._whole(worth), least_worth, np.array([np.inf])))
        rows = vstack([part for part, *_ in limits], format="csc")
        left = np.flatnonzero(np.concatenate([low < high, np.ones(self._flows, dtype=np.bool_)]))
        settled = np.where(low < high, 0, low)
        base = rows[:, :count] @ settled
        flows = np.zeros(self._flows)
        least = np.hstack([one for _, one, _ in limits]) - base
        most = np.hstack([one for *_, one in limits]) - base
        x = np.concatenate([settled, flows])
        if not left.size:
            if (least > _ROUNDING).any() or (most < -_ROUNDING).any():
                return None
            return self._solution(x)
        found = milp(
            np.concatenate([-goal, flows])[left],
            constraints=LinearConstraint(rows[:, left], least, most),
            bounds=Bounds(0, np.concatenate([high, np.full(self._flows, np.inf)])[left]),
            integrality=np.concatenate([np.ones(count), flows])[left],
            options={"mip_rel_gap": 0, "presolve": len(left) > _FEW},
        )
        if found.status == _INFEASIBLE:
            return None
        if found.status != 0:  # pragma: no cover - a solver that gave up
            raise ArithmeticError(f"the integer programme was not solved: {found.message}")
        x[left] = found.x
        return self._solution(x)

    def _once(self, decided: Mapping[int, bool]) -> list[tuple[csr_array, Floats, Floats]]:
        """Return a row for each candidate that is in with one amount of several."""
        return [
            (self._whole(self._row_of == row), _ONE, _ONE)
            for row, funded in decided.items()
            if funded and len(self._mine[row]) > 1
        ]

    def _solution(self, x: Floats) -> Solution:
        chosen = tuple(np.flatnonzero(x[: len(self.choices)] > 0.5).tolist())  # noqa: PLR2004
        return Solution(chosen, sum(self.worth[index] for index in chosen))

    def _whole(self, values: Floats | NDArray[np.bool_]) -> csr_array:
        """Return one row over all columns from values of the choices."""
        return csr_array(np.concatenate([values, np.zeros(self._flows)])[None, :])

    def _row(self, entries: list[tuple[int, float]], low: float, high: float) -> None:
        number = len(self._low)
        self._entries += [(number, column, value) for column, value in entries]
        self._low.append(low)
        self._high.append(high)

    def _write_rows(self) -> None:
        programme, unit = self.programme, self._unit
        money = [(index, choice.amount / unit) for index, choice in enumerate(self.choices)]
        self._row(money, 0, programme.budget_minor // unit)
        by_row = self._mine
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
