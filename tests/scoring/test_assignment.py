"""Exact assignment: totals, proofs, worst-served proposals, rules, fixed seats, chance."""

import csv
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from scoring.assignment import (
    MICRO,
    Assignment,
    InfeasibleError,
    Problem,
    Rule,
    assign,
    assign_by_chance,
    cap_of,
    whole_merit,
)
from scoring.assignment.certificate import check
from scoring.assignment.chance import sampled
from scoring.assignment.engines import Arcs, has_ortools
from scoring.assignment.exchange import raise_the_worst
from scoring.assignment.explain import explain
from scoring.assignment.prices import prices_of
from scoring.assignment.ties import lots
from scoring.assignment.worst_bound import worst_bound
from scoring.draw.stream import Stream
from scoring.errors import InputError
from tests.realdata import real_data

ENGINES = ["scipy", *(["ortools"] if has_ortools() else [])]
Floats = NDArray[np.float64]


def problem_of(
    merit: Floats,
    allowed: NDArray[np.bool_] | None = None,
    *,
    demand: int | Sequence[int] = 1,
    low: int | Sequence[int] = 0,
    high: int | Sequence[int] = 1,
    rules: tuple[Rule, ...] = (),
    fixed: tuple[tuple[int, int], ...] = (),
) -> Problem:
    n, m = merit.shape
    return Problem(
        proposals=tuple(f"P{i:03}" for i in range(n)),
        reviewers=tuple(f"R{j:03}" for j in range(m)),
        merit=whole_merit(merit),
        allowed=np.ones((n, m), dtype=np.bool_) if allowed is None else allowed,
        demand=np.full(n, demand) if isinstance(demand, int) else np.array(demand),
        min_load=np.full(m, low) if isinstance(low, int) else np.array(low),
        max_load=np.full(m, high) if isinstance(high, int) else np.array(high),
        rules=rules,
        fixed=fixed,
    )


def as_matrix(problem: Problem, found: Assignment) -> NDArray[np.int64]:
    x = np.zeros(problem.merit.shape, dtype=np.int64)
    for pair in found.pairs:
        x[pair] = 1
    return x


def is_certified(problem: Problem, found: Assignment) -> bool:
    return check(
        problem.merit.astype(np.int64),
        problem.allowed,
        problem.demand,
        problem.min_load,
        problem.max_load,
        x=as_matrix(problem, found),
        a=found.proposal_prices,
        b=found.reviewer_prices,
    )


def best_by_milp(problem: Problem) -> int | None:
    """Solve over all pairs at once, the plain way; also with rules and fixed seats."""
    n, m = problem.merit.shape
    rows = np.kron(np.eye(n), np.ones(m))
    columns = np.kron(np.ones(n), np.eye(m))
    limits = [
        LinearConstraint(rows, problem.demand, problem.demand),
        LinearConstraint(columns, problem.min_load, problem.max_load),
    ]
    for rule in problem.rules:
        members = np.kron(np.eye(n), rule.members.astype(float))
        most = np.inf if rule.at_most is None else rule.at_most
        needed = problem.demand > 0
        limits.append(LinearConstraint(members, np.where(needed, rule.at_least, 0), most))
    low = np.zeros((n, m))
    for pair in problem.fixed:
        low[pair] = 1
    found = milp(
        -problem.merit.ravel().astype(float),
        constraints=limits,
        bounds=Bounds(low.ravel(), problem.allowed.ravel().astype(float)),
        integrality=np.ones(n * m),
    )
    return None if found.x is None else round(-found.fun)


def midl(low: int) -> Problem:
    with real_data("assignment", "affinity_midl2018.csv").open() as file:
        table = [[float(cell) for cell in row[1:]] for row in list(csv.reader(file))[1:]]
    return problem_of(np.array(table).T, demand=3, low=low, high=4)


def preflib() -> Floats:
    with real_data("scoring_tests", "preflib1_affinity.csv").open() as file:
        return np.array([[float(cell) for cell in row] for row in csv.reader(file)])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("low", "total"), [(0, 201.8849), (1, 186.4599), (2, 150.0431)])
def test_midl_2018_reaches_the_optimum_with_proof(engine: str, low: int, total: float) -> None:
    problem = midl(low)
    found = assign(problem, engine=engine)
    # the file has four decimals, the published totals were computed before rounding
    assert found.total / MICRO == pytest.approx(total, abs=1e-3)
    assert found.total == found.bound_total
    assert is_certified(problem, found)


@pytest.mark.parametrize("low", [0, 1])
def test_midl_2018_max_min_meets_its_bound(low: int) -> None:
    found = assign(midl(low), objective="maxmin")
    assert found.worst == found.bound_worst == 944_800


def test_preflib_1_total_and_worst_are_the_published_ones() -> None:
    merit = preflib()
    problem = problem_of(merit, merit > 0, demand=3, high=6)
    for engine in ENGINES:
        found = assign(problem, objective="maxmin", engine=engine)
        assert (found.total, found.worst, found.bound_worst) == (124_250_000, 750_000, 750_000)
    assert len({assign(problem, seed="s", engine=engine).pairs for engine in ENGINES}) == 1
    assert not assign(problem).unique


def test_capped_chances_reproduce_the_published_relative_qualities() -> None:
    merit = preflib()
    problem = problem_of(merit, demand=3, high=6)
    caps = [0.4482421875, 0.6611328125, 0.982421875, 1.0]
    published = [0.8002998459507042, 0.9001528703470825, 0.9951545208752515, 1.0]
    for cap, quality in zip(caps, published, strict=True):
        found = assign_by_chance(problem, cap_of(Fraction(cap)), "seed")
        assert found is not None
        assert found.expected == found.bound
        assert float(found.expected / MICRO / Fraction("124.25")) == pytest.approx(
            quality, abs=1e-9
        )
        assert max(found.probabilities.values()) <= Fraction(cap)
        assert Counter(i for i, _ in found.pairs) == dict.fromkeys(range(54), 3)
        assert max(Counter(j for _, j in found.pairs).values()) <= 6


def test_sampling_keeps_every_probability() -> None:
    chances = {(0, 0): Fraction(1, 3), (0, 1): Fraction(2, 3), (1, 0): Fraction(2, 3)}
    chances[1, 1] = Fraction(1, 3)
    hits: Counter[tuple[int, int]] = Counter()
    for number in range(3000):
        hits.update(sampled(chances, Stream(str(number).encode(), "t")))
    for pair, chance in chances.items():
        assert abs(hits[pair] / 3000 - chance) < 4.5 * (2 / 9 / 3000) ** 0.5


grades = st.integers(0, 4)


@st.composite
def problems(draw: st.DrawFn, *, rules: bool = False) -> Problem:
    n, m = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    merit = np.array(draw(st.lists(grades, min_size=n * m, max_size=n * m)), dtype=float)
    allowed = np.array(draw(st.lists(st.integers(0, 4), min_size=n * m, max_size=n * m))) > 0
    demand = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    high = draw(st.lists(st.integers(0, 4), min_size=m, max_size=m))
    low = [draw(st.integers(0, min(top, 1))) for top in high]
    members = np.array(draw(st.lists(st.booleans(), min_size=m, max_size=m)))
    rule = Rule("tag", members, draw(st.integers(0, 1)), draw(st.sampled_from([None, 1])))
    try:
        return problem_of(
            merit.reshape(n, m),
            allowed.reshape(n, m),
            demand=demand,
            low=low,
            high=high,
            rules=(rule,) if rules else (),
        )
    except InputError:
        return problem_of(np.ones((1, 1)))


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_the_total_is_the_optimum_and_certified_or_the_problem_is_impossible(
    problem: Problem,
) -> None:
    best = best_by_milp(problem)
    for engine in ENGINES:
        if best is None:
            with pytest.raises(InfeasibleError, match=r"have? only|together have|has"):
                assign(problem, engine=engine)
        else:
            found = assign(problem, engine=engine)
            assert found.total == found.bound_total == best
            assert is_certified(problem, found)
            fair = assign(problem, objective="maxmin", engine=engine)
            assert found.worst <= fair.worst <= fair.bound_worst
            assert (as_matrix(problem, fair).sum(axis=1) == problem.demand).all()


@settings(max_examples=40, deadline=None)
@given(problem=problems(rules=True))
def test_rules_are_kept_at_the_optimum(problem: Problem) -> None:
    best = best_by_milp(problem)
    if best is None:
        with pytest.raises(InfeasibleError):
            assign(problem)
        return
    found = assign(problem, objective="total")
    assert found.total == best
    assert found.bound_total >= best
    fair = assign(problem, objective="maxmin")
    for rule in problem.rules:
        counts = as_matrix(problem, fair)[:, rule.members].sum(axis=1)[problem.demand > 0]
        assert (counts >= rule.at_least).all()
        assert rule.at_most is None or (counts <= rule.at_most).all()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_choice_among_equals_does_not_depend_on_the_order_of_ids(seed: int) -> None:
    rng = np.random.default_rng(seed)
    merit = rng.integers(0, 2, (6, 6)).astype(float)
    problem = problem_of(merit, demand=2, high=3)
    rows, columns = rng.permutation(6), rng.permutation(6)
    shuffled = Problem(
        tuple(problem.proposals[i] for i in rows),
        tuple(problem.reviewers[j] for j in columns),
        problem.merit[np.ix_(rows, columns)],
        problem.allowed,
        problem.demand,
        problem.min_load,
        problem.max_load,
    )
    named = {(problem.proposals[i], problem.reviewers[j]) for i, j in assign(problem).pairs}
    again = {(shuffled.proposals[i], shuffled.reviewers[j]) for i, j in assign(shuffled).pairs}
    assert assign(problem).unique or named == again


def test_fixed_seats_stay_and_the_rest_is_best_around_them() -> None:
    merit = np.array([[9.0, 1, 1], [8, 2, 1], [7, 1, 3]])
    problem = problem_of(merit, fixed=((0, 1),))
    found = assign(problem, objective="maxmin")
    assert (0, 1) in found.pairs
    assert assign(problem).total == best_by_milp(problem)
    assert assign(problem).bound_total == assign(problem).total


def test_previous_seats_are_kept_as_far_as_a_new_conflict_allows() -> None:
    rng = np.random.default_rng(3)
    merit = rng.random((8, 8))
    before = assign(problem_of(merit, demand=2, high=2))
    allowed = np.ones((8, 8), dtype=np.bool_)
    allowed[before.pairs[0]] = False
    problem = problem_of(merit, allowed, demand=2, high=2)
    kept = set(assign(problem, previous=before.pairs).pairs) & set(before.pairs)
    fresh = set(assign(problem).pairs) & set(before.pairs)
    assert len(kept) >= max(len(before.pairs) - 2, len(fresh))
    rule = Rule("any", np.ones(8, dtype=np.bool_), 1)
    ruled = problem_of(merit, allowed, demand=2, high=2, rules=(rule,))
    assert len(set(assign(ruled, previous=before.pairs).pairs) & set(before.pairs)) == len(kept)


def test_the_reason_why_not_names_the_loss_and_who_would_change() -> None:
    merit = np.array([[9.0, 8], [7, 1]])
    problem = problem_of(merit)
    found = assign(problem)
    assert set(found.pairs) == {(0, 1), (1, 0)}
    assert explain(problem, found, (0, 0)) == (
        "Giving R000 to P000 would lower the total by 5.000000, from 15.000000 to 10.000000; "
        "seats would change for P000, P001."
    )
    assert "has the seat" in explain(problem, found, (0, 1))
    allowed = np.array([[True, True], [True, False]])
    problem = problem_of(merit, allowed)
    found = assign(problem)
    assert "conflict" in explain(problem, found, (1, 1))
    assert "cannot be given" in explain(problem, found, (0, 0))


def test_the_deficient_set_is_named_in_words() -> None:
    allowed = np.array([[True, False, False], [True, False, False], [True, True, True]])
    problem = problem_of(np.ones((3, 3)), allowed, high=1)
    with pytest.raises(
        InfeasibleError, match=r"these 2 proposals \(P000, P001\) together have only 1"
    ):
        assign(problem)
    allowed = np.array([[True, True, False]])
    with pytest.raises(InfeasibleError, match="reviewer R002 has only 0 permitted reviews"):
        assign(problem_of(np.ones((1, 3)), allowed, low=[0, 0, 1]))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule("“patient”", np.array([False, False]), 1), "“patient”: proposal P000 has only 0"),
        (Rule("“patient”", np.array([True, True]), 2), "needs 1 reviews, but “patient” asks for 2"),
        (Rule("“house”", np.array([True, True]), 0, 0), "must take 1 of “house”, more than the 0"),
    ],
)
def test_a_rule_that_cannot_be_met_is_named(rule: Rule, words: str) -> None:
    with pytest.raises(InfeasibleError, match=words):
        assign(problem_of(np.ones((1, 2)), rules=(rule,)))


def test_rules_that_conflict_only_together_are_named_together() -> None:
    first, second = np.array([True, False]), np.array([False, True])
    rules = (Rule("“a”", first, 1), Rule("“b”", second, 1))
    with pytest.raises(InfeasibleError, match="“a”, “b” can each be met, but not together"):
        assign(problem_of(np.ones((1, 2)), rules=rules))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"merit": np.array([[np.nan]])}, "proposal 1 and reviewer 1 is nan"),
        ({"merit": np.array([[1e12]])}, "scale the affinities down"),
        ({"merit": np.ones((1, 1)), "demand": -1}, "demand of P000 is -1"),
        ({"merit": np.ones((1, 1)), "demand": 2}, "no capacity: the proposals need 2"),
        ({"merit": np.ones((1, 1)), "low": 2}, "min_load 2 is above max_load 1"),
        ({"merit": np.ones((1, 2)), "low": 1}, "must take 2 reviews at least"),
        ({"merit": np.ones((1, 1)), "demand": [1, 1]}, "2 values of demand for 1"),
        ({"merit": np.ones((1, 1)), "fixed": ((0, 0), (0, 0))}, "stands twice"),
        (
            {
                "merit": np.ones((1, 1)),
                "allowed": np.zeros((1, 1), dtype=np.bool_),
                "fixed": ((0, 0),),
            },
            "is a conflict; remove the seat",
        ),
        (
            {"merit": np.ones((1, 2)), "fixed": ((0, 0), (0, 1))},
            "P000 has 2 fixed seats, more than its demand 1",
        ),
    ],
)
def test_bad_problems_are_refused_with_a_sentence(change: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        problem_of(**change)  # type: ignore[arg-type]


def test_a_matrix_of_another_size_and_too_many_fixed_members_are_refused() -> None:
    with pytest.raises(InputError, match="the affinity matrix is 1 × 1, but there are 2 proposals"):
        Problem(
            ("a", "b"), ("r",), np.ones((1, 1), dtype=np.int64), np.ones((1, 1), dtype=np.bool_),
            np.ones(2, dtype=np.int64), np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64),
        )  # fmt: skip
    rule = Rule("“house”", np.array([True, True]), 0, 1)
    problem = problem_of(np.ones((1, 2)), demand=2, rules=(rule,), fixed=((0, 0), (0, 1)))
    with pytest.raises(InputError, match="P000 has 2 fixed seats of “house”"):
        assign(problem)
    with pytest.raises(InputError, match="the cap is 0"):
        cap_of(Fraction(0))


def test_no_proposal_and_all_equal_are_answered() -> None:
    assert assign(problem_of(np.zeros((0, 2)))).pairs == ()
    found = assign(problem_of(np.ones((3, 3))))
    assert found.total == 3 * MICRO
    assert not found.unique


def test_a_chance_cap_too_low_for_the_demand_is_impossible() -> None:
    assert assign_by_chance(problem_of(np.ones((1, 1))), Fraction(1, 2), "s") is None


def test_lots_follow_ids_not_places() -> None:
    there = lots("s", ["a", "b"], ["x", "y"])
    back = lots("s", ["b", "a"], ["y", "x"])
    assert (there == back[::-1, ::-1]).all()
    assert (lots("t", ["a", "b"], ["x", "y"]) != there).any()


def test_larger_problems_are_priced_against_all_pairs() -> None:
    rng = np.random.default_rng(11)
    merit = rng.random((120, 90))
    problem = problem_of(merit, rng.random((120, 90)) > 0.1, demand=3, low=3, high=5)
    for engine in ENGINES:
        found = assign(problem, engine=engine)
        assert found.total == found.bound_total
        assert is_certified(problem, found)
    assert assign(problem, objective="maxmin").worst >= found.worst


@pytest.mark.parametrize("seed", range(6))
def test_overlapping_rules_on_many_pairs_reach_the_optimum_over_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    merit = rng.integers(0, 3, (10, 32)).astype(float)
    members = [rng.random(32) < share for share in (0.3, 0.4, 0.5)]
    rules = (
        Rule("a", members[0], 1),
        Rule("b", members[1], 1, 1),
        Rule("c", members[2], 1, 2),
    )
    problem = problem_of(merit, rng.random((10, 32)) > 0.3, demand=2, high=1, rules=rules)
    best = best_by_milp(problem)
    if best is None:
        with pytest.raises(InfeasibleError):
            assign(problem)
        return
    found = assign(problem)
    assert found.total == best
    assert best <= found.bound_total


def test_a_relaxation_that_is_not_whole_is_followed_by_an_integer_solution() -> None:
    # three reviewers, three groups of two: at most one of each group lets 1 reviewer in, not 1.5
    groups = [np.array([one, two, three]) for one, two, three in
              ((True, True, False), (False, True, True), (True, False, True))]  # fmt: skip
    rules = tuple(Rule(f"g{row}", members, 0, 1) for row, members in enumerate(groups))
    merit = np.array([[1.0, 1.0, 1.0, 0.0, 0.0]])
    padded = tuple(Rule(one.name, np.r_[one.members, False, False], 0, 1) for one in rules)
    problem = problem_of(merit, demand=3, rules=padded)
    found = assign(problem)
    assert found.total == best_by_milp(problem) == MICRO
    assert found.bound_total >= found.total
    more = tuple(Rule(one.name, one.members, 0, 1) for one in rules)
    with pytest.raises(InfeasibleError):
        assign(problem_of(merit[:, :3], demand=2, rules=more))


def test_uniqueness_is_not_proven_for_very_many_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.assignment.ties._MANY", 0)
    assert not assign(problem_of(np.ones((3, 3)))).unique


def test_a_fixed_seat_that_fills_a_place_cannot_be_joined_by_another() -> None:
    problem = problem_of(np.array([[2.0, 1.0], [1.0, 1.0]]), fixed=((0, 0),))
    found = assign(problem)
    assert "places are taken by fixed seats" in explain(problem, found, (0, 1))


def test_more_than_one_freeze_goes_on_towards_leximin() -> None:
    rng = np.random.default_rng(5)
    problem = problem_of(rng.random((12, 9)), demand=2, low=1, high=4)
    start = assign(problem)
    one = raise_the_worst(problem, list(start.pairs), start.reviewer_prices, bound=10**9)
    many = raise_the_worst(
        problem, list(start.pairs), start.reviewer_prices, bound=10**9, freezes=6
    )

    def scores(pairs: list[tuple[int, int]]) -> list[int]:
        total = [0] * 12
        for i, j in pairs:
            total[i] += int(problem.merit[i, j])
        return sorted(total)

    assert scores(many)[0] >= scores(one)[0] >= scores(list(start.pairs))[0]
    assert scores(many)[:3] >= scores(one)[:3]


def test_raising_the_worst_keeps_rules_and_fixed_seats() -> None:
    raised = 0
    for seed in range(16):
        rng = np.random.default_rng(seed)
        rules = (
            Rule("patient", np.arange(9) < 4, at_least=1),
            Rule("abroad", np.arange(9) % 2 == 0, at_most=1),
        )
        problem = problem_of(
            rng.random((8, 9)) ** 3, demand=2, high=3, rules=rules, fixed=((0, 1), (3, 7))
        )
        start, fair = assign(problem), assign(problem, objective="maxmin")
        assert start.worst <= fair.worst <= fair.bound_worst
        raised += fair.worst > start.worst
        x = as_matrix(problem, fair)
        assert (x.sum(axis=1) == 2).all()
        assert (x.sum(axis=0) <= 3).all()
        assert (x[:, rules[0].members].sum(axis=1) >= 1).all()
        assert (x[:, rules[1].members].sum(axis=1) <= 1).all()
        assert x[0, 1] == x[3, 7] == 1
    assert raised


def test_no_price_proves_a_flow_that_is_not_optimal() -> None:
    def arcs(merit: list[int]) -> Arcs:
        return Arcs(
            row=np.array([0, 0, 1, 1]),
            column=np.array([0, 1, 0, 1]),
            merit=np.array(merit),
            capacity=1,
            demand=np.array([1, 1]),
            low=np.array([0, 0]),
            high=np.array([1, 1]),
        )

    crossed = np.array([0, 1, 1, 0])
    assert prices_of(arcs([5, 1, 1, 5]), crossed) is None
    assert prices_of(arcs([1, 5, 5, 1]), crossed) is not None


def test_rules_that_only_halves_of_reviewers_could_keep_are_impossible() -> None:
    # any two of four reviewers exclude each other: four halves would do, two whole ones do not
    pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    rules = tuple(Rule(f"{pair}", np.isin(np.arange(4), pair), 0, 1) for pair in pairs)
    with pytest.raises(InfeasibleError):
        assign(problem_of(np.ones((1, 4)), demand=2, rules=rules))


def test_rules_without_any_permitted_pair_are_impossible_only_where_needed() -> None:
    rule = (Rule("patient", np.array([True, False])),)
    nobody = np.zeros((2, 2), dtype=np.bool_)
    with pytest.raises(InfeasibleError):
        assign(problem_of(np.ones((2, 2)), nobody, rules=rule))
    assert assign(problem_of(np.ones((2, 2)), nobody, demand=0, rules=rule)).pairs == ()


@pytest.mark.parametrize("seed", range(4))
def test_rules_under_contention_are_priced_against_pairs_left_out_at_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    merit = np.sort(rng.random(60)) + 0.05 * rng.random((40, 60))
    problem = problem_of(merit, high=1, rules=(Rule("half", rng.random(60) < 0.5),))
    found = assign(problem)
    assert found.total == best_by_milp(problem)
    assert found.total <= found.bound_total <= found.total + 200


def test_the_bound_of_the_worst_holds_however_few_proposals_it_starts_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(3)
    merit = rng.random((14, 10))
    merit[0, 0] = merit[13, 9] = 3
    problem = problem_of(merit, demand=2, high=3, fixed=((0, 0), (13, 9)))
    fair = assign(problem, objective="maxmin")
    whole = worst_bound(problem, 0, thorough=True)
    monkeypatch.setattr("scoring.assignment.worst_bound._FIRST", 2)
    grown = worst_bound(problem, 0, thorough=True)
    assert fair.worst <= whole
    assert fair.worst <= grown <= worst_bound(problem, 0)
    assert grown <= whole + 5
