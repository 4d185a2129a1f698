"""The best set of awards under all rules, proven, with what it would take to change it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from scoring.allocation.programme import Candidate, Objective, Programme
from scoring.allocation.refusals import Taught
from scoring.allocation.sequence import sequence
from scoring.allocation.solver import Model, Solution, can_be_paid
from scoring.allocation.sources import Award, Contribution, split_over_contributions
from scoring.allocation.turned import Turned
from scoring.errors import InputError

Progress = Callable[[int, int], None]


class ImpossibleError(InputError):
    """The rules cannot hold together; `rules` is a smallest set that cannot."""

    def __init__(self, rules: tuple[str, ...]) -> None:
        self.rules = rules
        listed = "; ".join(rules)
        super().__init__(f"these rules cannot hold together: {listed}; relax one of them")


@dataclass(frozen=True, slots=True)
class Funded:
    """An award and the contributions that pay it, in whole minor units."""

    id: str
    amount_minor: int
    sources: dict[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The awards in the order of the candidates, what they are worth, and what is left.

    `value` is Σ merit (rank, merit) or Σ merit × amount (merit_money); it is proven the highest
    where the objective is not rank.
    """

    funded: tuple[Funded, ...]
    value: int
    left_minor: int


@dataclass(frozen=True, slots=True)
class Margin:
    """How far a decision is from turning.

    Not funded: `points` of worth are missing (0: it is in another optimum too). Funded: it could
    lose `points`. `points` is None where rules, not the score, decide, as where it is forced.
    `leaves` and `enters`: what else changes if it does.
    """

    id: str
    funded: bool
    points: int | None
    leaves: tuple[str, ...] = ()
    enters: tuple[str, ...] = ()


def optimise(programme: Programme, *, seed: str = "") -> Outcome:
    """Return the best allocation; ImpossibleError names the smallest set of rules in conflict.

    RANK funds down the order of merit, each proposal for which the rules can still hold; the
    others maximise their sum exactly (integer programme, relative gap 0, proven). Equal optima are
    settled by lots, SHA-256 of seed and id.
    """
    return _outcome(programme, awards(programme, seed=seed))


def awards(programme: Programme, *, seed: str = "", taught: Taught | None = None) -> list[Award]:
    """Return the awards of the best allocation alone, in the order of the candidates.

    `taught`: what was learned from the same programme with rules more; it makes RANK quicker.
    """
    return _amounts(programme, _solution(programme, seed, taught))


def margins(programme: Programme, *, progress: Progress | None = None) -> list[Margin]:
    """Return the exact margin of every candidate, by solving with it forced in or out.

    V* is the optimum. Not funded: V* - V(in): it is funded exactly when its worth rises by more,
    since V(in) rises one for one with it. Funded: V* - V(out).
    """
    if programme.objective is Objective.RANK:
        raise InputError("margins are of an optimum; choose the objective merit or merit_money")
    model = Model(programme)
    best = model.solve()
    if best is None:
        raise ImpossibleError(smallest_conflict(programme))
    funded = {model.choices[index].row for index in best.chosen}
    others = Turned(model, best).all(progress) if model.choices else {}
    return [
        _margin(model, best, funded, row, others[row]) for row in range(len(programme.candidates))
    ]


def prices(programme: Programme, *, progress: Progress | None = None) -> dict[str, int]:
    """Return for each rule what the optimum would gain if that rule alone were lifted."""
    taught, names = Taught(), programme.rules()
    value, found = _value(programme, taught), {}
    for done, name in enumerate(names, start=1):
        found[name] = _value(programme.without([name]), taught) - value
        if progress is not None:
            progress(done, len(names))
    return found


def _value(programme: Programme, taught: Taught) -> int:
    if programme.objective is Objective.RANK:
        return _worth(programme, awards(programme, taught=taught))
    best = Model(programme).solve()
    if best is None:
        raise ImpossibleError(smallest_conflict(programme))
    return best.worth


def smallest_conflict(programme: Programme) -> tuple[str, ...]:
    """Return rules that cannot hold together, none of which can be spared (deletion filter)."""
    conflict = programme.rules()
    for name in programme.rules():
        fewer = [other for other in conflict if other != name]
        lifted = [other for other in programme.rules() if other not in fewer]
        if not Model(programme.without(lifted)).is_possible():
            conflict = fewer
    return tuple(conflict)


def smallest_budget(programme: Programme, name: str) -> int | None:
    """Return the least budget, in minor units, at which a proposal is in the best set.

    Found by bisection between the amount it needs and the sum of all asks, so it is exact where
    more money never turns the proposal out again; None where rules keep it out at any budget.
    Only for a budget without contributions.
    """
    if programme.contributions:
        raise InputError("a smallest budget is found for one pot; leave the contributions out")
    row = [one.id for one in programme.candidates].index(name)
    low, high = 0, sum(one.ask_minor for one in programme.candidates)
    if not _holds(programme, row, high):
        return None
    while low < high:
        middle = (low + high) // 2
        if _holds(programme, row, middle):
            high = middle
        else:
            low = middle + 1
    return low


def _holds(programme: Programme, row: int, budget_minor: int) -> bool:
    model = Model(replace(programme, budget_minor=budget_minor))
    best, with_it = model.solve(), model.solve({row: True})
    return best is not None and with_it is not None and with_it.worth == best.worth


def _solution(
    programme: Programme, seed: str, taught: Taught | None = None
) -> list[tuple[int, int]]:
    """Return (row, amount) of every award."""
    if programme.objective is Objective.RANK:
        found = sequence(programme, taught)
        if found is None:
            raise ImpossibleError(smallest_conflict(programme))
        return found
    model = Model(programme)
    lots = [_lot(seed, programme.candidates[choice.row], choice.amount) for choice in model.choices]
    best = model.best_by(lots)
    if best is None:
        raise ImpossibleError(smallest_conflict(programme))
    return [(model.choices[index].row, model.choices[index].amount) for index in best.chosen]


def _lot(seed: str, candidate: Candidate, amount: int) -> int:
    digest = hashlib.sha256(f"{seed}|{candidate.id}|{amount}".encode()).digest()
    return int.from_bytes(digest[:2], "big") + 1


def _amounts(programme: Programme, chosen: list[tuple[int, int]]) -> list[Award]:
    found = [
        Award(programme.candidates[row].id, amount, programme.candidates[row].attributes)
        for row, amount in sorted(chosen)
    ]
    if not can_be_paid(programme, found):  # pragma: no cover - beyond the solver's tolerance
        raise ArithmeticError("the awards found exceed a pot; the solver's tolerance was too wide")
    return found


def _worth(programme: Programme, given: list[Award]) -> int:
    by_id = {one.id: one for one in programme.candidates}
    return sum(by_id[one.id].worth(one.amount_minor, programme.objective) for one in given)


def _outcome(programme: Programme, given: list[Award]) -> Outcome:
    pots = programme.contributions or (Contribution("budget", programme.budget_minor),)
    sources = split_over_contributions(given, pots)
    return Outcome(
        funded=tuple(Funded(one.id, one.amount_minor, sources[one.id]) for one in given),
        value=_worth(programme, given),
        left_minor=programme.budget_minor - sum(one.amount_minor for one in given),
    )


def _margin(
    model: Model, best: Solution, funded: set[int], row: int, other: Solution | None
) -> Margin:
    name = model.programme.candidates[row].id
    if other is None:
        return Margin(name, row in funded, None)
    then = {model.choices[index].row for index in other.chosen}
    ids = [one.id for one in model.programme.candidates]
    return Margin(
        id=name,
        funded=row in funded,
        points=best.worth - other.worth,
        leaves=tuple(ids[one] for one in sorted(funded - then) if one != row),
        enters=tuple(ids[one] for one in sorted(then - funded) if one != row),
    )
