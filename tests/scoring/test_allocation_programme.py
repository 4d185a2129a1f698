"""The best set of awards under rules: optima, margins, prices, conflicts, earmarks."""

import csv
import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scoring.allocation import Contribution
from scoring.allocation.optimum import (
    ImpossibleError,
    margins,
    optimise,
    prices,
    smallest_budget,
    smallest_conflict,
)
from scoring.allocation.programme import Candidate, Constraint, Objective, Programme
from scoring.allocation.solver import Model, can_be_paid
from scoring.allocation.sources import Award
from scoring.errors import InputError
from tests.realdata import real_data
from tests.scoring.awards import allowed, brute, programmes

MERIT, MONEY, RANK = Objective.MERIT, Objective.MERIT_MONEY, Objective.RANK


def instance() -> tuple[Candidate, ...]:
    with real_data("scoring_tests", "alloc_instance.csv").open() as file:
        return tuple(
            Candidate(
                row["id"],
                int(row["cost"]),
                int(row["merit"]),
                attributes={name: row[name] for name in ("area", "early_career", "region")},
            )
            for row in csv.DictReader(file)
        )


def rules(early: str, low: int, high: int, region: str) -> tuple[Constraint, ...]:
    return (
        Constraint("early_career", "1", min_share=Fraction(early)),
        *(Constraint("area", area, min_count=low, max_count=high) for area in "0123"),
        *(Constraint("region", place, max_share=Fraction(region)) for place in "012"),
    )


@pytest.mark.parametrize(
    ("objective", "constraints", "value"),
    [
        (MERIT, (), 100_331),
        (MERIT, rules("0.4", 28, 34, "0.36"), 99_071),
        (MERIT, rules("0.2", 12, 45, "0.45"), 100_331),
        (MONEY, (), 46_903_976),
    ],
)
def test_the_synthetic_call_reaches_its_published_optima(
    objective: Objective, constraints: tuple[Constraint, ...], value: int
) -> None:
    found = optimise(Programme(instance(), 54_963, objective, constraints=constraints))
    assert found.value == value
    assert sum(one.amount_minor for one in found.funded) + found.left_minor == 54_963


def test_rank_order_that_skips_matches_the_published_figure() -> None:
    found = optimise(Programme(instance(), 54_963, RANK))
    assert (found.value, len(found.funded)) == (86_345, 101)


def test_all_353_margins_turn_a_decision_exactly_where_they_say() -> None:
    candidates = instance()
    programme = Programme(candidates, 54_963, MERIT)
    seen: list[int] = []
    found = margins(programme, progress=lambda done, _: seen.append(done))
    assert len(found) == 353
    assert seen[-1] == 353
    for row in (0, 60, 120, 180, 240, 300):
        margin = found[row]
        assert margin.points is not None
        for extra, turned in ((-1, False), (1, True)):
            step = margin.points + extra
            merit = candidates[row].merit + (-step if margin.funded else step)
            if merit < 0 or (margin.points == 0 and not turned):
                continue
            moved = list(candidates)
            moved[row] = Candidate(candidates[row].id, candidates[row].ask_minor, merit)
            model = Model(Programme(tuple(moved), 54_963, MERIT))
            best, other = model.solve(), model.solve({row: not margin.funded})
            assert best is not None
            assert other is not None
            assert (best.worth == other.worth) is turned


@settings(max_examples=80, deadline=None)
@given(programme=programmes())
@example(
    programme=Programme(
        (Candidate("a", 1, 0), Candidate("b", 8, 3)),
        12,
        Objective.MERIT,
        exclusive=(("a", "b"),),
        forced={"a": True},
    )
)
def test_optimum_margins_and_conflicts_agree_with_trying_every_set(programme: Programme) -> None:
    best = brute(programme)
    if best is None:
        conflict = smallest_conflict(programme)
        assert brute(programme.without([])) is None
        for name in conflict:
            others = [other for other in conflict if other != name]
            rest = [other for other in programme.rules() if other not in others]
            assert brute(programme.without(rest)) is not None
        with pytest.raises(ImpossibleError, match="cannot hold together"):
            optimise(programme)
        with pytest.raises(ImpossibleError):
            margins(programme)
        return
    found = optimise(programme)
    assert found.value == best
    for one in found.funded:
        assert sum(one.sources.values()) == one.amount_minor
    alone = margins(programme)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scoring.allocation.turned._MANY", 1)
        together = [one.points for one in margins(programme)]
    assert together == [one.points for one in alone]
    for margin in alone:
        turned = replace(programme, forced={**programme.forced, margin.id: not margin.funded})
        other = None if margin.id in programme.forced else brute(turned)
        assert margin.points == (None if other is None else best - other)


@settings(max_examples=30, deadline=None)
@given(programme=programmes(), shuffle=st.randoms(use_true_random=False))
def test_the_awards_do_not_depend_on_the_order_of_the_proposals(
    programme: Programme, shuffle: random.Random
) -> None:
    if brute(programme) is None:
        return
    mixed = list(programme.candidates)
    shuffle.shuffle(mixed)
    again = Programme(
        tuple(mixed),
        programme.budget_minor,
        programme.objective,
        programme.contributions,
        programme.constraints,
        programme.exclusive,
        programme.requires,
        programme.forced,
    )
    assert optimise(again).value == optimise(programme).value


def three(**more: object) -> Programme:
    candidates = (
        Candidate("a", 6, 9, attributes={"k": "x"}),
        Candidate("b", 5, 5, attributes={"k": "y"}),
        Candidate("c", 5, 5, attributes={"k": "y"}),
    )
    return Programme(candidates, 10, MERIT, **more)  # type: ignore[arg-type]


def test_each_rule_has_its_price_and_the_one_who_enters_names_who_leaves() -> None:
    programme = three(constraints=(Constraint("k", "x", min_count=1),))
    assert optimise(programme).value == 9
    assert prices(programme) == {"k=x min_count 1": 1}
    clash = (Constraint("k", "y", min_count=1), Constraint("k", "y", max_count=0))
    with pytest.raises(ImpossibleError):
        prices(three(constraints=clash))
    first = margins(three())[0]
    assert (first.funded, first.points, first.leaves) == (False, 1, ("b", "c"))
    ruled = {one.id: one for one in margins(programme)}
    assert ruled["a"].points is None


def test_equal_optima_are_settled_by_lots_that_follow_the_ids() -> None:
    equals = tuple(Candidate(name, 5, 5) for name in "abcd")
    chosen = {one.id for one in optimise(Programme(equals, 10, MERIT), seed="s").funded}
    mirrored = {one.id for one in optimise(Programme(equals[::-1], 10, MERIT), seed="s").funded}
    assert chosen == mirrored
    others = {
        frozenset(one.id for one in optimise(Programme(equals, 10, MERIT), seed=str(n)).funded)
        for n in range(12)
    }
    assert len(others) > 1


def test_rank_order_under_rules_departs_no_further_than_they_demand() -> None:
    candidates = (
        Candidate("a", 5, 9, attributes={"k": "x"}),
        Candidate("b", 5, 8, attributes={"k": "x"}),
        Candidate("c", 5, 7, attributes={"k": "y"}),
    )
    rule = Constraint("k", "y", min_count=1)
    found = optimise(Programme(candidates, 10, RANK, constraints=(rule,)))
    assert [one.id for one in found.funded] == ["a", "c"]
    pots = (Contribution("f", 5, {"k": "y"}), Contribution("g", 5))
    earmarked = optimise(Programme(candidates, 10, RANK, pots))
    assert [(one.id, one.sources) for one in earmarked.funded] == [("a", {"g": 5}), ("c", {"f": 5})]
    clash = (Constraint("k", "y", min_count=1), Constraint("k", "y", max_count=0))
    with pytest.raises(ImpossibleError, match="min_count 1; k=y max_count 0"):
        optimise(Programme(candidates, 10, RANK, constraints=clash))
    with pytest.raises(InputError, match="choose the objective"):
        margins(Programme(candidates, 10, RANK))


def test_the_smallest_budget_that_funds_a_proposal() -> None:
    programme = three()
    assert smallest_budget(programme, "a") == 6
    assert smallest_budget(three(forced={"b": False}), "b") is None
    with pytest.raises(InputError, match="for one pot"):
        smallest_budget(three(contributions=(Contribution("f", 10),)), "a")


def test_no_money_and_no_proposal_fund_nothing() -> None:
    assert optimise(Programme((), 10, MERIT)).funded == ()
    assert margins(Programme((), 10, MERIT)) == []
    assert Model(Programme((), 10, MERIT)).solve() is not None
    assert optimise(Programme((Candidate("a", 5, 5),), 0, MONEY)).funded == ()
    free = optimise(Programme((Candidate("a", 0, 5),), 0, MERIT))
    assert [one.amount_minor for one in free.funded] == [0]
    rule = Constraint("k", "x", min_count=0, max_count=1)
    assert Model(Programme((), 0, MERIT, constraints=(rule,))).is_possible()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Candidate("a", -1, 1), "ask_minor of a is -1"),
        (lambda: Candidate("a", 1, -1), "merit of a is -1"),
        (lambda: Candidate("a", 1, 1, 2), "minimum_minor 2 is more than ask_minor 1"),
        (
            lambda: optimise(Programme((Candidate("a", 2**53, 2**40),), 2**53, MONEY)),
            "too large to be added exactly",
        ),
        (lambda: three(exclusive=(("a", "z"),)), "names z, which is not a proposal"),
        (
            lambda: three(constraints=(Constraint("k", "x", min_share=Fraction(1)),)),
            "at least 10 minor units, but the 1 proposals with k=x ask for 6",
        ),
        (
            lambda: three(constraints=(Constraint("k", "x", min_count=2),)),
            "asks for 2 awards, but only 1 proposals have k=x",
        ),
        (lambda: three(contributions=(Contribution("f", 1),) * 2), "contribution f stands twice"),
    ],
)
def test_bad_programmes_are_refused_with_a_sentence(make: Callable[[], object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        make()


def test_margins_are_the_same_however_they_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    candidates = tuple(
        Candidate(f"p{row}", 5 + row, 7 + row % 3, 5 if row % 2 else None) for row in range(9)
    )
    rule = Constraint("k", "x", max_count=2)
    programme = Programme(candidates, 30, MERIT, constraints=(rule,))
    grown, chosen = [one.points for one in margins(programme)], optimise(programme, seed="s")
    few_of = (("_AT_ONCE", 2), ("_WORDS", 0), ("WORK", 0), ("_TIES", 0), ("_MET", 0))
    for name, few in few_of:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(f"scoring.allocation.search.{name}", few)
            assert [one.points for one in margins(programme)] == grown
            assert optimise(programme, seed="s") == chosen
    monkeypatch.setattr("scoring.allocation.turned._MANY", 1)
    for few in (250_000, 4, 0):  # told once for all, far, hardly and not at all
        monkeypatch.setattr("scoring.allocation.nearby._SETS", few)
        assert [one.points for one in margins(programme)] == grown
    monkeypatch.setattr("scoring.allocation.turned._WORK", 0)
    monkeypatch.setattr("scoring.allocation.solver._CORE", 1)
    seen: list[tuple[int, int]] = []
    found = margins(programme, progress=lambda done, of: seen.append((done, of)))
    assert [one.points for one in found] == grown
    assert seen[-1] == (9, 9)


@st.composite
def ruled_programmes(draw: st.DrawFn) -> Programme:
    """Some 12 proposals of three areas and two regions, with up to five rules on them."""
    count = draw(st.integers(8, 12))
    rng = random.Random(draw(st.integers(0, 10**6)))
    candidates = tuple(
        Candidate(
            f"p{row:02}",
            rng.randint(3, 12),
            rng.randint(0, 30),
            attributes={"area": rng.choice("xyz"), "region": rng.choice("mn")},
        )
        for row in range(count)
    )
    rules_of = [
        Constraint("area", "x", min_count=1, max_count=3),
        Constraint("area", "y", max_count=2),
        Constraint("area", "z", min_share=Fraction(1, 6)),
        Constraint("region", "m", max_share=Fraction(1, 2)),
        Constraint("region", "n", max_share=Fraction(3, 5)),
    ]
    budget = sum(one.ask_minor for one in candidates) * 2 // 5
    chosen = draw(st.lists(st.sampled_from(rules_of), unique=True, min_size=2))
    try:
        return Programme(
            candidates, budget, draw(st.sampled_from([MERIT, MONEY])), constraints=tuple(chosen)
        )
    except InputError:
        return Programme(candidates, budget, MERIT)


@settings(max_examples=25, deadline=None)
@given(programme=ruled_programmes())
def test_margins_grown_under_several_rules_agree_with_trying_every_set(
    programme: Programme,
) -> None:
    by_decision: dict[tuple[str, bool], int] = {}
    every: int | None = None
    for size in range(len(programme.candidates) + 1):
        for group in itertools.combinations(programme.candidates, size):
            taken = {one.id: one.ask_minor for one in group}
            if not allowed(programme, taken):
                continue
            value = sum(one.worth(one.ask_minor, programme.objective) for one in group)
            every = value if every is None else max(every, value)
            for one in programme.candidates:
                key = (one.id, one.id in taken)
                by_decision[key] = max(by_decision.get(key, value), value)
    if every is None:
        with pytest.raises(ImpossibleError):
            margins(programme)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scoring.allocation.search._FIRST", 2)
        found = margins(programme)
        patch.setattr("scoring.allocation.turned._MANY", 1)
        for sets, ends in ((250_000, 64), (8, 4)):
            patch.setattr("scoring.allocation.nearby._SETS", sets)
            patch.setattr("scoring.allocation.nearby._ENDINGS", ends)
            points = [one.points for one in margins(programme)]
            assert points == [one.points for one in found]
    for margin in found:
        other = by_decision.get((margin.id, not margin.funded))
        assert margin.points == (None if other is None else every - other)


def test_353_margins_under_eight_rules_agree_with_programmes_of_their_own() -> None:
    programme = Programme(instance(), 54_963, MERIT, constraints=rules("0.4", 28, 34, "0.36"))
    found = {one.id: one for one in margins(programme)}
    model, best = Model(programme), optimise(programme).value
    for row in (0, 100, 225, 300):
        margin = found[programme.candidates[row].id]
        other = model.solve({row: not margin.funded})
        assert other is not None
        assert margin.points == best - other.worth


def test_awards_beyond_the_budget_cannot_be_paid() -> None:
    programme = three()
    assert can_be_paid(programme, [Award("a", 6, {}), Award("b", 4, {})])
    assert not can_be_paid(programme, [Award("a", 6, {}), Award("b", 5, {})])
