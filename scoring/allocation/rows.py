"""The rules of a programme as rows over its choices, in whole numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.allocation.options import FAR, Floats
from scoring.allocation.payers import Limit, Payers
from scoring.allocation.programme import Constraint, Programme


@dataclass(frozen=True, slots=True)
class Choice:
    """Fund candidate `row` with `amount` minor units, worth `worth`."""

    row: int
    amount: int
    worth: int


@dataclass(frozen=True, slots=True)
class Row:
    """What each choice uses of one rule, and its limits (± FAR for none)."""

    use: Floats
    low: float
    high: float


class Ruled:
    """The choices of a programme and its rules as rows; money is told in multiples of `unit`."""

    def __init__(self, programme: Programme, choices: Sequence[Choice], unit: int) -> None:
        self._programme, self._unit = programme, unit
        self._row_of = np.array([choice.row for choice in choices], dtype=np.int64)
        self._money = np.array([choice.amount // unit for choice in choices], dtype=float)
        self.payers = _payers(programme)

    def rows(self) -> Iterator[Row]:
        """Yield budget, quotas, exclusions and prerequisites."""
        programme = self._programme
        yield Row(self._money, 0.0, float(programme.budget_minor // self._unit))
        for constraint in programme.constraints:
            yield from self._quota(constraint)
        place = {one.id: row for row, one in enumerate(programme.candidates)}
        for group in programme.exclusive:
            yield Row(self._ones([place[name] for name in group]), -FAR, 1.0)
        for first, second in programme.requires:
            needs = self._ones([place[first]]) - self._ones([place[second]])
            yield Row(needs, -FAR, 0.0)

    def row_of_limit(self, limit: Limit) -> Row:
        """Return what the contributions of a limit hold as a row."""
        binds: dict[Payers, bool] = {one: limit.binds(one) for one in set(self.payers)}
        inside = np.array([binds[one] for one in self.payers])
        return Row(
            self._money * inside[self._row_of], -FAR, float(limit.capacity_minor // self._unit)
        )

    def _quota(self, constraint: Constraint) -> Iterator[Row]:
        members = [
            row for row, one in enumerate(self._programme.candidates) if constraint.binds(one)
        ]
        ones = self._ones(members)
        least, most = constraint.money(self._programme.budget_minor)
        if constraint.min_share is not None or most is not None:
            high = FAR if most is None else float(most // self._unit)
            yield Row(ones * self._money, float(-(-least // self._unit)), high)
        if constraint.min_count is not None or constraint.max_count is not None:
            high = FAR if constraint.max_count is None else float(constraint.max_count)
            yield Row(ones, float(constraint.min_count or 0), high)

    def _ones(self, rows: Sequence[int]) -> Floats:
        return np.isin(self._row_of, rows).astype(float)


def _payers(programme: Programme) -> list[Payers]:
    """Return which contributions may pay each candidate; alike are those of the same attributes."""
    pots = programme.contributions
    asked = sorted({key for pot in pots for key in pot.earmark})
    found: dict[tuple[str | None, ...], Payers] = {}
    payers = []
    for one in programme.candidates:
        kind = tuple(map(one.attributes.get, asked))
        if kind not in found:
            found[kind] = tuple(at for at, pot in enumerate(pots) if pot.may_pay(one.attributes))
        payers.append(found[kind])
    return payers


__all__ = ["Choice", "Row", "Ruled"]
