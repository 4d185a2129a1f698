"""Solves an allocation exactly: a linear bound, then all sets near it, or else whole numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from scoring.allocation.options import FAR, NOTHING, Floats, Ints, Options, Table
from scoring.allocation.payers import Payers, broken_limit, payable_limits
from scoring.allocation.programme import Objective, Programme
from scoring.allocation.rows import Choice, Row, Ruled
from scoring.allocation.search import Found, grow
from scoring.allocation.sources import Award, Contribution, Pots
from scoring.errors import InputError

_CORE = 40  # departures left open at first where nothing is known
_NEAR = 60  # departures left open where the prices of a neighbour are known
_FEW = 120  # choices left open for which preparing the programme costs more than it saves
_INFEASIBLE = 2
_EXACT = 2**53
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Solution:
    """The best set: chosen indices of `Model.choices`, and its exact worth."""

    chosen: tuple[int, ...]
    worth: int


class Model:
    """The choices (0/1) of a programme with its rules as rows.

    What contributions may pay is told by limits on the awards (see `payers`); where there would be
    too many, the tightest are stated and the others added when a set breaks them.
    """

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.choices = [
            Choice(row, amount, candidate.worth(amount, programme.objective))
            for row, candidate in enumerate(programme.candidates)
            for amount in candidate.levels()
        ]
        self.place = {one.id: row for row, one in enumerate(programme.candidates)}
        self.forced = {self.place[name]: funded for name, funded in programme.forced.items()}
        self.row_of = np.array([choice.row for choice in self.choices], dtype=np.int64)
        unit = gcd(*(choice.amount for choice in self.choices)) or 1
        worth = [choice.worth for choice in self.choices]
        if max(sum(worth), sum(choice.amount for choice in self.choices) // unit) >= _EXACT:
            raise InputError("the amounts are too large to be added exactly; use larger units")
        self._ruled = Ruled(programme, self.choices, unit)
        self._rows = list(self._ruled.rows())
        self._paid_by_any = not any(pot.earmark for pot in programme.contributions)
        if not self._paid_by_any:
            self._state_limits()
        self._worth = np.array(worth, dtype=np.int64)
        self.scale = gcd(*worth) or 1
        self._table: Table | None = None

    @property
    def table(self) -> Table:
        """Return choices and rules in whole numbers."""
        if self._table is None:
            self._table = Table(
                np.stack([row.use for row in self._rows], axis=1),
                self.row_of,
                self._worth,
                self.scale,
                np.array([row.low for row in self._rows]),
                np.array([row.high for row in self._rows]),
            )
        return self._table

    def solve(self, forced: Mapping[int, bool] | None = None) -> Solution | None:
        """Return the optimum with some candidates forced in or out; None when impossible."""
        decided = {**self.forced, **(forced or {})}
        while True:
            found = self._solve(decided)
            if found is None or self.is_paid(found.chosen):
                return found

    def best_by(self, lots: Sequence[int]) -> Solution | None:
        """Return, among all optima, the one with the highest sum of lots; None when impossible."""
        while True:
            found = self._best_by(lots)
            if found is None or self.is_paid(found.chosen):
                return found

    def is_possible(self) -> bool:
        """Say whether any set meets all rules."""
        return self.some_set() is not None

    def some_set(
        self, goal: Floats | None = None, choices: Mapping[int, bool] | None = None
    ) -> Solution | None:
        """Return a set that keeps the rules, the highest by `goal`, with single choices decided."""
        goal = np.zeros(len(self.choices)) if goal is None else goal
        while True:
            found = self._integer(self.forced, goal, choices=choices)
            if found is None or self.is_paid(found.chosen):
                return found

    def decided(self, decided: Mapping[int, bool]) -> tuple[Floats, Floats]:
        """Return the least and the most of each choice."""
        low, high = np.zeros(len(self.choices)), np.ones(len(self.choices))
        for row, funded in decided.items():
            mine = np.flatnonzero(self.row_of == row)
            low[mine] = float(funded and len(mine) == 1)
            high[mine] = float(funded)
        return low, high

    def options(self, decided: Mapping[int, bool], near: Options | None = None) -> Options | None:
        """Return all options under the prices of the linear programme; None: it is impossible.

        `near`: options with other decisions, whose dear departures are left out of the linear
        programme; that costs no exactness, since any prices bound the worth.
        """
        table = self.table
        low, high = self.decided(decided)
        mine, use = np.arange(len(self.choices)), np.zeros(len(table.low))
        if near is not None:
            left = np.zeros(len(self.programme.candidates), dtype=np.bool_)
            left[near.candidate[near.loss <= near.reach(_NEAR)]] = True
            left[list(decided)] = True
            mine = np.flatnonzero(left[self.row_of])
            settled = near.best[~left]
            use = table.columns[settled[settled != NOTHING]].sum(axis=0)
        upper, lower = np.flatnonzero(table.high < FAR), np.flatnonzero(table.low > -FAR)
        columns, once = table.columns[mine].T, self._once(mine)
        parts = [csr_array(np.concatenate([columns[upper], -columns[lower]])), once]
        room = [(table.high - use)[upper], (use - table.low)[lower], np.ones(once.shape[0])]
        found = linprog(
            -table.worth[mine] / table.scale,
            A_ub=vstack(parts, format="csc"),
            b_ub=np.concatenate(room),
            bounds=np.stack([low[mine], high[mine]], axis=1),
            method="highs-ds",
        )
        if found.x is None:
            return None if near is None else self.options(decided)
        prices = np.maximum(-found.ineqlin.marginals, 0)
        price = np.zeros(len(table.low))
        price[upper] += prices[: len(upper)]
        price[lower] -= prices[len(upper) : len(upper) + len(lower)]
        return Options(table, price, decided)

    def whole_numbers(
        self, decided: Mapping[int, bool], options: Options | None, known: int | None
    ) -> Solution | None:
        """Return the optimum by an integer programme, on the choices that could still matter.

        `known`: the worth of a set that keeps the decisions.
        """
        worth = self._worth / self.scale
        if options is None:
            return self._integer(decided, worth)
        edge = _ROUNDING * max(1.0, abs(options.z))
        reach = options.reach(_CORE)
        if known is not None:
            reach = options.z - known / self.scale + edge
        found = self._integer(decided, worth, near=(options, reach))
        if found is None:
            return self._integer(decided, worth)
        needed = options.z - found.worth / self.scale + edge
        if needed <= reach + edge:
            return found
        return self._integer(decided, worth, near=(options, needed))

    def is_paid(self, chosen: Sequence[int]) -> bool:
        """Say whether the contributions can pay a set; if not, state the limit that it breaks."""
        if self._paid_by_any:
            return True
        pots, payers = self.programme.contributions, self._ruled.payers
        given: dict[Payers, int] = {}
        for index in chosen:
            choice = self.choices[index]
            given[payers[choice.row]] = given.get(payers[choice.row], 0) + choice.amount
        attributes = {payers[self.choices[index].row]: index for index in chosen}
        candidates = self.programme.candidates
        broken = broken_limit(
            pots,
            given,
            {one: candidates[self.choices[at].row].attributes for one, at in attributes.items()},
        )
        if broken is None:
            return True
        self._rows.append(self._ruled.row_of_limit(broken))
        self._table = None
        return False

    def _state_limits(self) -> None:
        asked: dict[Payers, int] = {}
        for payers, one in zip(self._ruled.payers, self.programme.candidates, strict=True):
            asked[payers] = asked.get(payers, 0) + one.ask_minor
        limits, self._paid_by_any = payable_limits(
            self.programme.contributions, asked, self.programme.budget_minor
        )
        self._rows += [self._ruled.row_of_limit(limit) for limit in limits]

    def _solve(self, decided: Mapping[int, bool]) -> Solution | None:
        if not self.choices:
            return self.solution(())
        options = self.options(decided)
        found = Found() if options is None else grow(options)
        if found.proven:
            return self.solution(found.sets[0]) if found.sets else None
        return self.whole_numbers(decided, options, found.worth)

    def _best_by(self, lots: Sequence[int]) -> Solution | None:
        if not self.choices:
            return self.solution(())
        options = self.options(self.forced)
        found = Found() if options is None else grow(options, ties=True)
        if found.proven and found.sets:
            ids = self.programme.candidates
            told = [
                (-sum(lots[one] for one in each), sorted(ids[self.row_of[one]].id for one in each))
                for each in found.sets
            ]
            return self.solution(found.sets[told.index(min(told))])
        best = None if found.proven else self._solve(self.forced)
        if best is None or options is None:
            return best
        reach = options.z - best.worth / self.scale + _ROUNDING * max(1.0, abs(options.z))
        goal = np.array(lots, dtype=float)
        drawn = self._integer(self.forced, goal, near=(options, reach), at_least=best.worth)
        return drawn if drawn is not None and drawn.worth == best.worth else best

    def _once(self, mine: Ints) -> csr_array:
        """Return a row for each candidate with several of some choices."""
        _, place, count = np.unique(self.row_of[mine], return_inverse=True, return_counts=True)
        several = np.flatnonzero(count[place] > 1)
        found, row = np.unique(place[several], return_inverse=True)
        shape = (len(found), len(mine))
        return csr_array((np.ones(len(several)), (row, several)), shape=shape)

    def _integer(
        self,
        decided: Mapping[int, bool],
        goal: Floats,
        *,
        near: tuple[Options, float] | None = None,
        choices: Mapping[int, bool] | None = None,
        at_least: int | None = None,
    ) -> Solution | None:
        """Return the set with the highest sum of a goal by an integer programme."""
        if not self.choices:
            return self.solution(())
        low, high = self.decided(decided)
        if near is not None:
            options, reach = near
            far = np.ones(len(options.best), dtype=np.bool_)
            far[options.candidate[options.loss <= reach]] = False
            settled = far[self.row_of]
            taken = options.best[self.row_of] == np.arange(len(self.choices))
            low[settled] = high[settled] = taken[settled]
        for index, taken_or_not in (choices or {}).items():
            low[index] = high[index] = float(taken_or_not)
        self._one_amount_each(low, high)
        rows = [*self._rows, *self._in_with_any(decided)]
        if at_least is not None:
            rows.append(Row(self._worth / self.scale, at_least / self.scale - 0.25, FAR))
        uses, left = np.stack([row.use for row in rows]), np.flatnonzero(low < high)
        x = np.where(low < high, 0.0, low)
        least = np.array([row.low if row.low > -FAR else -np.inf for row in rows]) - uses @ x
        most = np.array([row.high if row.high < FAR else np.inf for row in rows]) - uses @ x
        if left.size:
            limits = [LinearConstraint(csr_array(uses[:, left]), least, most)]
            if (once := self._once(left)).shape[0]:
                limits.append(LinearConstraint(once, -np.inf, 1))
            found = milp(
                -goal[left],
                constraints=limits,
                bounds=Bounds(0, 1),
                integrality=np.ones(len(left)),
                options={"mip_rel_gap": 0, "presolve": len(left) > _FEW},
            )
            if found.status == _INFEASIBLE:
                return None
            if found.status != 0:  # pragma: no cover - a solver that gave up
                raise ArithmeticError(f"the integer programme was not solved: {found.message}")
            x[left] = found.x
        elif (least > 0).any() or (most < 0).any():
            return None
        return self.solution(np.flatnonzero(x > 0.5).tolist())  # noqa: PLR2004

    def _one_amount_each(self, low: Floats, high: Floats) -> None:
        """Close the other amounts of whom one amount is settled for."""
        given = np.zeros(len(self.programme.candidates))
        np.maximum.at(given, self.row_of, low)
        high[(given[self.row_of] > 0) & (low == 0)] = 0

    def _in_with_any(self, decided: Mapping[int, bool]) -> list[Row]:
        """Return a row for each candidate that is in with one amount of several."""
        several = [
            self.row_of == row
            for row, funded in decided.items()
            if funded and (self.row_of == row).sum() > 1
        ]
        return [Row(mine.astype(float), 1.0, 1.0) for mine in several]

    def solution(self, chosen: Sequence[int]) -> Solution:
        return Solution(tuple(chosen), sum(self.choices[index].worth for index in chosen))


def can_be_paid(programme: Programme, awards: list[Award]) -> bool:
    """Say, in exact integers, whether budget and contributions cover some awards."""
    if sum(award.amount_minor for award in awards) > programme.budget_minor:
        return False
    pots = Pots(programme.contributions or [Contribution("budget", programme.budget_minor)])
    return all(pots.promise(award) for award in awards)


__all__ = ["Choice", "Model", "Objective", "Solution", "can_be_paid"]
