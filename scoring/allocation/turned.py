"""The optimum with one decision turned, for every candidate: what exact margins are read from."""

from collections.abc import Callable

import numpy as np

from scoring.allocation.nearby import Nearby
from scoring.allocation.options import Ints, Options
from scoring.allocation.search import grow
from scoring.allocation.solver import Model, Solution

Progress = Callable[[int, int], None]
_WORK = 4_000_000  # sets looked at for one candidate before the integer programme is asked
_CLOSE = 40  # departures that a bound may leave without being made tighter
_TYPICAL = 1.02
_MEMORY = 0.8
_POOL = 4_000  # sets with one departure taken back that are remembered
_MANY = 200  # candidates from which on sets near the bound are told once for all of them
_RENEWED = 8  # times that these are told anew for a limit found on the way
_AS_IT_IS = -1
_NO: Ints = np.zeros(0, dtype=np.int64)


class Turned:
    """Finds them one after the other, each by what the earlier ones have taught.

    Every set found also qualifies for others: as it is, or with one departure exchanged for
    another. That bounds what has to be looked at; the typical distance to the linear bound says
    where to look first. Neither costs exactness: each optimum is proven.
    """

    def __init__(self, model: Model, best: Solution) -> None:
        self._model, self._best = model, best
        self._near = model.options(model.forced)
        self._funded = {model.choices[index].row for index in best.chosen}
        self._typical = 0.0
        self._pool, self._unheard = _Pool(model, best), list[Solution]()
        self._nearby: Nearby | None = None
        self._renewed = 0

    def all(self, progress: Progress | None = None) -> dict[int, Solution | None]:
        """Return the optimum with each candidate's decision turned; None where rules forbid it."""
        count = len(self._model.programme.candidates)
        if count >= _MANY and self._near is not None:
            self._nearby = Nearby(self._near)
        found = {}
        for row in range(count):
            found[row] = self.one(row)
            if progress is not None:
                progress(row + 1, count)
        return found

    def one(self, row: int) -> Solution | None:
        """Return the optimum with one candidate's decision turned; one that is forced has none."""
        if row in self._model.forced:
            return None
        funded = row not in self._funded
        while True:
            found = self._optimum(row, funded=funded)
            if found is None or self._model.is_paid(found.chosen):
                break
            self._near = self._model.options(self._model.forced)
            self._pool, self._unheard = _Pool(self._model, self._best), []
            self._renewed += 1
            again = self._nearby is not None and self._renewed <= _RENEWED
            self._nearby = Nearby(self._near) if again and self._near is not None else None
        if found is not None:
            self._unheard.append(found)
        return found

    def _optimum(self, row: int, *, funded: bool) -> Solution | None:
        model = self._model
        known = None
        if self._nearby is not None and self._near is not None:
            near = self._nearby.turned(row, funded=funded, first=_TYPICAL * self._typical)
            if near.proven:
                bound = self._nearby.bound(row, funded=funded)
                return self._learned(model.solution(near.sets[0]), bound)
            known = model.solution(near.sets[0]) if near.sets else None
        return self._alone(row, known, funded=funded)

    def _alone(self, row: int, known: Solution | None, *, funded: bool) -> Solution | None:
        """Find the optimum with one candidate turned under prices of its own."""
        model = self._model
        decided = {**model.forced, row: funded}
        while self._unheard:
            self._pool.add(self._unheard.pop(0))
        other = self._pool.best(row, funded=funded)
        if other is not None and (known is None or other.worth >= known.worth):
            known = other
        options = self._bounded(decided, known)
        if options is None:
            return model.whole_numbers(decided, None, None)
        grown = grow(
            options,
            known=None if known is None else known.worth,
            first=_TYPICAL * self._typical,
            work=_WORK,
        )
        sets = [model.solution(one) for one in grown.sets] or ([known] if known else [])
        if not grown.proven:
            return model.whole_numbers(decided, options, sets[0].worth if sets else None)
        return self._learned(sets[0], options.z) if sets else None

    def _learned(self, found: Solution, bound: float) -> Solution:
        """Remember how far from the bound a set is found."""
        away = bound - found.worth / self._model.scale
        self._typical = max(away, self._typical * _MEMORY + away * (1 - _MEMORY))
        return found

    def _bounded(self, decided: dict[int, bool], known: Solution | None) -> Options | None:
        assert self._near is not None  # there is a best set
        options = Options(self._model.table, self._near.price, decided)
        if known is not None:
            needed = options.z - known.worth / self._model.scale
            if needed <= options.reach(_CLOSE):
                return options
        return self._model.options(decided, self._near)


class _Pool:
    """Sets that keep the rules, with what each would use without one of its departures."""

    def __init__(self, model: Model, best: Solution) -> None:
        self._model = model
        self._sets: list[Solution] = []
        self._taken = np.zeros((0, len(model.choices)), dtype=np.bool_)
        self._use = np.zeros((0, len(model.table.low)))
        self._worth, self._of, self._back = _NO, _NO, _NO
        self.add(best)

    def add(self, solution: Solution) -> None:
        """Remember a set, as it is and with each of its departures from the first taken back."""
        table = self._model.table
        chosen = list(solution.chosen)
        taken = np.zeros((1, self._taken.shape[1]), dtype=np.bool_)
        taken[0, chosen] = True
        self._taken = np.concatenate([self._taken, taken])
        turned = np.flatnonzero(taken[0] != self._taken[0])
        signs = np.where(taken[0, turned], -1, 1)
        use = table.columns[chosen].sum(axis=0)[None, :]
        back = use + signs[:, None] * table.columns[turned]
        worth = np.concatenate([[0], signs * table.worth[turned]]) + solution.worth
        of = np.full(len(worth), len(self._sets))
        self._sets.append(solution)
        self._use = np.concatenate([self._use, use, back])[-_POOL:]
        self._worth = np.concatenate([self._worth, worth])[-_POOL:]
        self._of = np.concatenate([self._of, of])[-_POOL:]
        self._back = np.concatenate([self._back, [_AS_IT_IS], turned])[-_POOL:]

    def best(self, row: int, *, funded: bool) -> Solution | None:
        """Return the best set with a candidate turned, perhaps after one exchange."""
        table = self._model.table
        mine = np.flatnonzero(self._model.row_of == row)
        if len(table.worth) > len(self._model.programme.candidates):
            return None  # with several amounts an exchange would be more than one departure
        index, sign = int(mine[0]), 1 if funded else -1
        turned = self._taken[self._of, index] == funded
        use = self._use + sign * table.columns[index]
        fits = ~turned & (use <= table.high).all(axis=1) & (use >= table.low).all(axis=1)
        worth = np.where(fits, self._worth + sign * table.worth[index], -1)
        worth = np.where(turned & (self._back == _AS_IT_IS), self._worth, worth)
        at = int(worth.argmax())
        if worth[at] < 0:
            return None
        found = self._sets[int(self._of[at])]
        if bool(turned[at]):
            return found
        changed = {index} if self._back[at] == _AS_IT_IS else {index, int(self._back[at])}
        return self._model.solution(sorted(set(found.chosen) ^ changed))


__all__ = ["Turned"]
