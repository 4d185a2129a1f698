"""How much is looked at until an answer is proven: in counts, which are the same on every machine.

What only saves work changes no answer, so nothing else would notice it gone. The limits leave a
fifth for other versions of the solver.
"""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from scoring.allocation import refusals, solver, turned
from scoring.allocation.optimum import margins, optimise, prices
from scoring.allocation.programme import Candidate, Constraint, Objective, Programme
from scoring.allocation.search import grow
from scoring.allocation.solver import Model
from scoring.allocation.turned import _AS_IT_IS, Turned
from scoring.assignment import network, ruled, worst_bound
from scoring.assignment.assign import assign
from scoring.assignment.problem import Rule
from scoring.draw import canonical, nonnegative
from scoring.draw.intervals import interval
from scoring.draw.merit import merit_lottery
from tests.scoring.test_assignment import problem_of


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often solvers and searches are asked, and do what they do."""
    found = Counter[str]()

    def count(module: ModuleType, name: str) -> None:
        asked = getattr(module, name)

        def counted(*given: Any, **named: Any) -> Any:
            found[f"{module.__name__.rpartition('.')[2]}.{name}"] += 1
            return asked(*given, **named)

        monkeypatch.setattr(module, name, counted)

    for module, names in (
        (solver, ("linprog", "milp", "grow")),
        (turned, ("grow",)),
        (refusals, ("linprog",)),
        (ruled, ("linprog", "milp")),
        (worst_bound, ("linprog",)),
        (network, ("flow_by_scipy",)),
        (canonical, ("best_value", "least_norm")),
        (nonnegative, ("_nearest",)),
    ):
        for name in names:
            count(module, name)
    return found


def a_call(
    count: int, objective: Objective, *, rules: bool = False, parts: bool = False
) -> Programme:
    random = np.random.default_rng(7)
    candidates = []
    for row in range(count):
        ask = int(random.integers(50, 400))
        least = ask // 2 if parts and row % 3 == 0 else None
        merit, kind = int(random.integers(1, 1000)), "xyz"[int(random.integers(3))]
        candidates.append(Candidate(f"p{row:02}", ask, merit, least, {"k": kind}))
    ruled = (
        Constraint("k", "x", min_share=Fraction(2, 5)),
        Constraint("k", "y", min_count=3, max_count=6),
    )
    return Programme(tuple(candidates), 70 * count, objective, constraints=ruled if rules else ())


MERIT, MONEY = Objective.MERIT, Objective.MERIT_MONEY
CALLS = [
    # sets looked at: for the best, where it is known, for all that are as good, and for the
    # dearest margin; linear programmes for all margins
    (a_call(40, MERIT, rules=True), (1_317, 1_249, 1_317, 5_681), 6),
    (a_call(40, MONEY, rules=True), (3_465, 3_016, 3_465, 22_439), 4),
    (a_call(40, MERIT, rules=True, parts=True), (950, 921, 950, 6_699), 42),
    (a_call(40, MERIT, parts=True), (2_847, 581, 2_847, 3_165), 42),
    (a_call(60, MONEY, rules=True), (1_507, 1_027, 1_507, 8_779), 12),
]


@pytest.mark.parametrize(("programme", "sets", "programmes"), CALLS)
def test_awards_are_proven_by_few_sets(
    monkeypatch: pytest.MonkeyPatch,
    calls: Counter[str],
    programme: Programme,
    sets: tuple[int, ...],
    programmes: int,
) -> None:
    plain, known, ties, margin = (6 * one // 5 for one in sets)
    model = Model(programme)
    options = model.options(model.forced)
    assert options is not None
    best = grow(options, work=plain)
    assert best.proven
    assert grow(options, work=known, known=best.worth).proven
    assert grow(options, work=ties, ties=True).proven
    calls.clear()
    monkeypatch.setattr("scoring.allocation.turned._WORK", margin)
    margins(programme)
    assert calls["turned.grow"] == len(programme.candidates)
    assert calls["solver.milp"] == 0
    assert calls["solver.linprog"] <= programmes + 2


@pytest.mark.parametrize(
    ("count", "parts", "awards", "lifted"),
    [(40, False, 3, 5), (40, True, 4, 6), (60, True, 8, 15)],
)
def test_in_rank_order_few_refusals_take_whole_numbers(
    calls: Counter[str],
    count: int,
    parts: bool,  # noqa: FBT001
    awards: int,
    lifted: int,
) -> None:
    programme = a_call(count, Objective.RANK, rules=True, parts=parts)
    for ask, most in ((optimise, awards), (prices, lifted)):
        calls.clear()
        ask(programme)
        assert calls["solver.milp"] <= most + 1
        assert calls["refusals.linprog"] <= most + 1


@pytest.mark.parametrize("objective", [MERIT, MONEY])
def test_sets_are_remembered_with_what_they_use(objective: Objective) -> None:
    model = Model(a_call(24, objective, rules=True))
    best = model.solve()
    assert best is not None
    finder = Turned(model, best)
    finder.all()
    pool, table = finder._pool, model.table
    assert len(pool._sets) > 5
    assert set(pool._of) == set(range(len(pool._sets)))
    for use, worth, of, back in zip(pool._use, pool._worth, pool._of, pool._back, strict=True):
        exchanged = {int(back)} - {_AS_IT_IS}
        chosen = sorted(set(pool._sets[of].chosen) ^ exchanged)
        assert use.tolist() == table.columns[chosen].sum(axis=0).tolist()
        assert worth == table.worth[chosen].sum()
        assert not exchanged or (back in pool._sets[of].chosen) != (back in best.chosen)


def test_so_many_equal_optima_are_told_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(Programme(tuple(Candidate(name, 5, 7) for name in "abc"), 10, MERIT))
    options = model.options(model.forced)
    assert options is not None
    for most, proven in ((3, True), (2, False)):
        monkeypatch.setattr("scoring.allocation.search._TIES", most)
        found = grow(options, ties=True)
        assert found.proven == proven
        assert not proven or sorted(found.sets) == [(0, 1), (0, 2), (1, 2)]


@pytest.mark.parametrize(("seed", "pairs"), [(54, (97, 59)), (103, (102, 66))])
def test_rules_leave_few_pairs_to_whole_numbers(
    monkeypatch: pytest.MonkeyPatch, calls: Counter[str], seed: int, pairs: tuple[int, int]
) -> None:
    random = np.random.default_rng(seed)
    groups = [random.random(9) < 0.45 for _ in range(3)]
    problem = problem_of(
        random.integers(0, 30, (12, 9)) / 10,
        random.random((12, 9)) > 0.1,
        demand=3,
        low=2,
        high=5,
        rules=tuple(Rule(f"g{k}", members, 1, 2) for k, members in enumerate(groups)),
    )
    sizes = []
    asked = vars(ruled)["milp"]

    def counted(goal: Any, **named: Any) -> Any:
        sizes.append(len(goal))
        return asked(goal, **named)

    monkeypatch.setattr(ruled, "milp", counted)
    assign(problem)
    assert [size <= most + 5 for size, most in zip(sizes, pairs, strict=True)] == [True, True]
    assert calls["ruled.linprog"] == 1


@pytest.mark.parametrize(
    ("count", "rounds", "points", "squares"), [(60, 2, 7, 50), (200, 4, 10, 240)]
)
def test_a_lottery_is_found_in_few_rounds(
    calls: Counter[str], count: int, rounds: int, points: int, squares: int
) -> None:
    random = np.random.default_rng(count)
    low = random.integers(0, 1000, count)
    given = [
        interval(f"p{row:03}", Decimal(int(one)), Decimal(int(one + random.integers(0, 250))))
        for row, one in enumerate(low)
    ]
    merit_lottery(given, count // 3)
    assert calls["canonical.best_value"] <= rounds
    assert calls["canonical.least_norm"] <= points
    assert calls["nonnegative._nearest"] <= squares
