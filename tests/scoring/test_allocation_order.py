"""Rank order under rules, and what contributions can pay: held against trying every set."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.allocation import Contribution
from scoring.allocation.optimum import ImpossibleError, margins, optimise, prices
from scoring.allocation.payers import broken_limit, payable_limits
from scoring.allocation.programme import Candidate, Constraint, Objective, Programme
from tests.scoring.awards import brute, first_in_order, programmes

RANK, MERIT = Objective.RANK, Objective.MERIT


@settings(max_examples=40, deadline=None)
@given(programme=programmes(), block=st.sampled_from([1, 2, 10]))
def test_rank_order_funds_as_early_as_any_set_that_keeps_the_rules(
    programme: Programme, block: int
) -> None:
    ranked = replace(programme, objective=RANK)
    best = first_in_order(ranked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scoring.allocation.sequence._BLOCK", block)
        if best is None:
            with pytest.raises(ImpossibleError):
                optimise(ranked)
            return
        assert [(one.id, one.amount_minor) for one in optimise(ranked).funded] == best


@settings(max_examples=25, deadline=None)
@given(programme=programmes())
def test_what_an_order_has_taught_changes_no_price(programme: Programme) -> None:
    ranked = replace(programme, objective=RANK)
    if first_in_order(ranked) is None:
        return
    assert prices(ranked) == afresh(ranked)


def afresh(ranked: Programme) -> dict[str, int]:
    """Return the price of each rule, every order found without anything known from another."""
    value = optimise(ranked).value
    return {name: optimise(ranked.without([name])).value - value for name in ranked.rules()}


def test_rules_that_refuse_together_are_learned_and_forgotten_with_a_rule_that_is_lifted() -> None:
    chance = random.Random(3)
    candidates = tuple(
        Candidate(
            f"p{row:02}",
            chance.randint(20, 90),
            100 - row,
            chance.choice([None, 15]),
            {"area": chance.choice("xyz"), "early": chance.choice("ny")},
        )
        for row in range(26)
    )
    asked = sum(one.ask_minor for one in candidates)
    earmarks: list[dict[str, str | list[str]]] = [
        {},
        {"area": "x"},
        {"area": ["y", "z"]},
        {"early": "y"},
    ]
    pots = tuple(
        Contribution(f"f{row}", asked // 12, earmark) for row, earmark in enumerate(earmarks)
    )
    rules = (
        *(Constraint("area", area, min_count=3, max_share=Fraction(1, 2)) for area in "xyz"),
        Constraint("early", "y", min_share=Fraction(2, 5), max_share=Fraction(1, 2)),
    )
    ranked = Programme(
        candidates,
        4 * (asked // 12),
        RANK,
        pots,
        constraints=rules,
        exclusive=(("p00", "p02"), ("p01", "p07")),
        requires=(("p03", "p20"),),
        forced={"p25": True, "p04": False},
    )
    assert prices(ranked) == afresh(ranked)


def earmarked(seed: int, count: int = 7) -> Programme:
    """Proposals of two areas and two regions, and pots for an area, a region, both, or any."""
    chance = random.Random(seed)
    kinds = [{"area": area, "region": region} for area in "xy" for region in "mn"]
    candidates = tuple(
        Candidate(
            f"p{row}", chance.randint(2, 9), chance.randint(0, 20), attributes=chance.choice(kinds)
        )
        for row in range(count)
    )
    earmarks = [{"area": "x"}, {"region": "m"}, {"area": "y", "region": "n"}, {}, {"area": "y"}]
    pots = tuple(
        Contribution(f"f{row}", chance.randint(0, 9), earmark)
        for row, earmark in enumerate(earmarks)
    )
    budget = sum(pot.amount_minor for pot in pots)
    return Programme(candidates, budget, MERIT, pots)


@pytest.mark.parametrize("many", [1, 200])
@pytest.mark.parametrize("few", [{"MOST": 300}, {"MOST": 0}, {"_UNIONS": 0, "MOST": 1}])
def test_earmarks_that_cross_are_kept_whether_all_their_limits_are_stated_or_some(
    few: dict[str, int], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.allocation.turned._MANY", many)
    for name, value in few.items():
        monkeypatch.setattr(f"scoring.allocation.payers.{name}", value)
    for seed in range(4):
        programme = earmarked(seed, 6)
        assert optimise(programme).value == brute(programme)
        ranked = replace(programme, objective=RANK)
        found = [(one.id, one.amount_minor) for one in optimise(ranked).funded]
        assert found == first_in_order(ranked)
        for margin in margins(programme):
            turned = brute(replace(programme, forced={margin.id: not margin.funded}))
            points = None if turned is None else optimise(programme).value - turned
            assert margin.points == points


@pytest.mark.parametrize(("seed", "count"), [(6, 14), (0, 6), (3, 7)])
def test_an_order_survives_a_limit_that_shows_on_the_way_down(
    seed: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.allocation.payers.MOST", 0)
    ranked = replace(earmarked(seed, count), objective=RANK)
    if count == 7:
        ranked = replace(ranked, constraints=(Constraint("area", "x", min_count=2),))
    found = sorted((one.id, one.amount_minor) for one in optimise(ranked).funded)
    assert found == first_in_order(ranked)


def test_an_order_is_the_same_however_many_places_are_decided_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(7)
    candidates = tuple(
        Candidate(f"p{row:02}", chance.randint(20, 90), 100 - row, None, {"area": "xyz"[row % 3]})
        for row in range(60)
    )
    rules = (
        Constraint("area", "x", min_count=5, max_count=6),
        Constraint("area", "y", min_share=Fraction(2, 5)),
    )
    programme = Programme(candidates, 800, RANK, constraints=rules)
    at_once = optimise(programme)
    monkeypatch.setattr("scoring.allocation.sequence._BLOCK", 3)
    assert optimise(programme) == at_once


@pytest.mark.parametrize("core", [0, 40])
@pytest.mark.parametrize("work", [0, 3, 9])
def test_the_optimum_is_the_same_however_far_sets_are_grown(
    core: int, work: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.allocation.solver._CORE", core)
    monkeypatch.setattr("scoring.allocation.search.WORK", work)
    monkeypatch.setattr("scoring.allocation.turned._WORK", work)
    for seed in range(12):
        programme = halved(seed)
        best = brute(programme)
        if best is None:
            with pytest.raises(ImpossibleError):
                optimise(programme)
            continue
        assert optimise(programme).value == best
        for margin in margins(programme):
            turned = brute(replace(programme, forced={margin.id: not margin.funded}))
            assert margin.points == (None if turned is None else best - turned)


def halved(seed: int) -> Programme:
    """Some proposals, of which one half must get nearly a fixed share of the money."""
    chance = random.Random(seed)
    candidates = tuple(
        Candidate(
            f"p{row}", chance.randint(2, 9), chance.randint(0, 20), None, {"a": chance.choice("xy")}
        )
        for row in range(chance.randint(3, 8))
    )
    budget = chance.randint(8, 25)
    asked = sum(one.ask_minor for one in candidates if one.attributes["a"] == "x")
    share = min(Fraction(chance.randint(1, 9), 10), Fraction(asked, budget))
    rule = Constraint("a", "x", min_share=share, max_share=share + Fraction(1, 20))
    return Programme(candidates, budget, MERIT, constraints=(rule,))


def test_an_ask_goes_before_a_minimum_that_would_leave_room_for_others() -> None:
    candidates = (
        Candidate("a", 6, 9, 3, {"k": "x"}),
        Candidate("b", 5, 8, None, {"k": "y"}),
    )
    rule = Constraint("k", "x", min_count=1)
    programme = Programme(candidates, 8, RANK, constraints=(rule,))
    assert [(one.id, one.amount_minor) for one in optimise(programme).funded] == [("a", 6)]
    assert first_in_order(programme) == [("a", 6)]


def test_margins_under_rules_that_cannot_hold_name_the_rules() -> None:
    candidates = (Candidate("a", 6, 9), Candidate("b", 5, 5))
    programme = Programme(candidates, 10, MERIT, forced={"a": True, "b": True})
    with pytest.raises(ImpossibleError, match="a forced in; b forced in"):
        margins(programme)


def test_limits_leave_out_what_can_never_bind() -> None:
    pots = (Contribution("a", 10, {"k": "x"}), Contribution("b", 10, {"k": "y"}))
    asked = {(0,): 30, (1,): 5, (): 4}
    limits, suffice = payable_limits(pots, asked, 20)
    assert suffice
    assert [(one.payers, one.capacity_minor) for one in limits] == [((0,), 10), ((), 0)]
    told = {(0,): {"k": "x"}, (1,): {"k": "y"}, (): {"k": "z"}}
    assert broken_limit(pots, {(0,): 10, (1,): 5}, told) is None
    cases: list[tuple[dict[tuple[int, ...], int], tuple[int, ...]]]
    cases = [({(0,): 11}, (0,)), ({(): 1}, ())]
    for given_, broken in cases:
        limit = broken_limit(pots, given_, told)
        assert limit is not None
        assert limit.payers == broken


def test_an_order_of_hundreds_under_rules_is_decided_without_a_programme_for_each() -> None:
    chance = random.Random(5)
    candidates = tuple(
        Candidate(f"p{row:03}", chance.randint(20, 90), 400 - row, None, {"area": "xyz"[row % 3]})
        for row in range(400)
    )
    rules = (
        Constraint("area", "x", min_count=30, max_count=60),
        Constraint("area", "y", min_share=Fraction(2, 5)),
    )
    programme = Programme(candidates, 6_000, RANK, constraints=rules)
    funded = [one.id for one in optimise(programme).funded]
    areas = [("xyz"[int(name[1:]) % 3]) for name in funded]
    assert 30 <= areas.count("x") <= 60
    # the first that was passed over cannot be funded together with all before it
    place = next(at for at, one in enumerate(candidates) if one.id not in funded)
    held = {one.id: True for one in candidates[: place + 1]}
    with pytest.raises(ImpossibleError):
        optimise(replace(programme, forced=held))
