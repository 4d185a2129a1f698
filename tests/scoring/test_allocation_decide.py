"""The whole rule of a call: plain rank order as before, quotas kept, prices by lifting each."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.allocation import Contribution, Decision, Entry, Reason, allocate_by_rank
from scoring.allocation.decide import (
    Rule,
    decide,
    least_of,
    merit_points,
    prices_of,
    rank_points,
)
from scoring.allocation.optimum import ImpossibleError
from scoring.allocation.programme import Constraint, Objective


@st.composite
def calls(draw: st.DrawFn) -> tuple[list[Entry], dict[str, int]]:
    asks = draw(st.lists(st.integers(1, 60), min_size=2, max_size=8))
    groups = draw(st.lists(st.sampled_from(["a", "b"]), min_size=len(asks), max_size=len(asks)))
    entries = [
        Entry(f"P{n}", ask, attributes={"group": group})
        for n, (ask, group) in enumerate(zip(asks, groups, strict=True))
    ]
    return entries, {entry.id: 100 - 7 * n for n, entry in enumerate(entries)}


@given(calls(), st.integers(0, 120), st.sampled_from(["stop", "skip"]), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_a_plain_rule_is_rank_order(
    call: tuple[list[Entry], dict[str, int]], budget: int, when: str, reserve: int
) -> None:
    entries, merits = call
    rule = Rule(budget, when_unaffordable=when, reserve=reserve)
    plain = allocate_by_rank(
        entries, budget, when_unaffordable="skip" if when == "skip" else "stop", reserve=reserve
    )

    assert rule.is_plain
    assert decide(entries, merits, rule) == plain


@given(calls(), st.integers(10, 120), st.sampled_from(list(Objective)))
@settings(max_examples=60, deadline=None)
def test_quotas_hold_and_no_pot_is_overdrawn(
    call: tuple[list[Entry], dict[str, int]], budget: int, objective: Objective
) -> None:
    entries, merits = call
    pots = (Contribution("A", budget // 2, {"group": "a"}), Contribution("B", budget))
    quota = Constraint("group", "b", max_count=1)
    rule = Rule(budget, objective, "skip", contributions=pots, constraints=(quota,))

    found = decide(entries, merits, rule)

    awarded = {line.id: line.amount_minor for line in found.awards()}
    of = {entry.id: entry.attributes["group"] for entry in entries}
    assert sum(of[name] == "b" for name in awarded) <= 1
    assert sum(awarded.values()) == found.spent_minor <= budget
    assert sum(v for name, v in awarded.items() if of[name] == "b") <= budget
    for line in found.lines:
        if line.decision is Decision.AWARD:
            assert line.reason is Reason.IN_FULL


def test_every_line_says_why_and_the_reserve_follows_the_order() -> None:
    entries = [
        Entry("P1", 40, attributes={"from": "north"}),
        Entry("P2", 40, attributes={"from": "north"}),
        Entry("P3", 40, attributes={"from": "south"}),
        Entry("P4", 90, attributes={"from": "south"}),
    ]
    at_most_one = Constraint("from", "north", max_count=1)
    rule = Rule(130, when_unaffordable="skip", reserve=1, constraints=(at_most_one,))

    found = decide(entries, dict.fromkeys(["P1", "P2", "P3", "P4"], 1), rule)

    told = {line.id: (str(line.decision), line.reason) for line in found.lines}
    assert told == {
        "P1": ("award", Reason.IN_FULL),
        "P2": ("reserve", Reason.BY_RULES),
        "P3": ("award", Reason.IN_FULL),
        "P4": ("decline", Reason.UNAFFORDABLE),
    }
    assert found.line_after == "P1"


def test_money_that_a_quota_keeps_for_a_lower_place_is_not_told_as_want_of_money() -> None:
    entries = [
        Entry("P1", 184, attributes={"from": "north"}),
        Entry("P2", 132, attributes={"from": "north"}),
        Entry("P3", 160, attributes={"from": "south"}),
        Entry("P4", 200, attributes={"from": "north"}),
    ]
    quota = Constraint("from", "south", min_share=Fraction(2, 5))
    rule = Rule(350, when_unaffordable="skip", reserve=1, constraints=(quota,))

    in_rank_order = {line.id: line.reason for line in decide(entries, {}, rule).lines}
    assert in_rank_order == {
        "P1": Reason.IN_FULL,
        "P2": Reason.BY_RULES,  # the first leaves 166 for its 132
        "P3": Reason.IN_FULL,
        "P4": Reason.UNAFFORDABLE,
    }
    merits = {"P1": 9_000, "P2": 8_000, "P3": 7_000, "P4": 6_000}
    by_merit = decide(entries, merits, replace(rule, objective=Objective.MERIT))
    assert {line.reason for line in by_merit.lines if not line.amount_minor} == {Reason.OUTWEIGHED}


def test_money_before_a_place_is_counted_by_earmark() -> None:
    entries = [
        Entry("P1", 50, attributes={"from": "north"}),
        Entry("P2", 50, attributes={"from": "north"}),
        Entry("P3", 50, attributes={"from": "south"}),
    ]
    pots = (Contribution("open", 60), Contribution("south", 100, {"from": "south"}))
    rule = Rule(
        160,
        when_unaffordable="skip",
        contributions=pots,
        constraints=(Constraint("from", "south", min_count=1),),
    )

    told = {line.id: line.reason for line in decide(entries, {}, rule).lines}

    assert told == {"P1": Reason.IN_FULL, "P2": Reason.UNAFFORDABLE, "P3": Reason.IN_FULL}


def test_a_proposal_falls_with_the_one_it_needs() -> None:
    entries = [Entry("P1", 10), Entry("P2", 10, eligible=False), Entry("P3", 10)]
    rule = Rule(30, when_unaffordable="skip", requires=(("P1", "P2"),))

    found = decide(entries, {}, rule)

    assert [line.id for line in found.awards()] == ["P3"]


def test_rules_that_cannot_hold_together_are_named() -> None:
    entries = [Entry(f"P{n}", 50, attributes={"from": "ab"[n % 2]}) for n in range(4)]
    both = tuple(Constraint("from", one, min_share=Fraction(6, 10)) for one in "ab")

    with pytest.raises(ImpossibleError) as raised:
        decide(entries, {}, Rule(100, when_unaffordable="skip", constraints=both))

    assert set(raised.value.rules) == {one.name for one in both}


def test_a_price_is_the_merit_that_lifting_the_rule_alone_would_gain() -> None:
    entries = [
        Entry("P1", 50, attributes={"from": "north"}),
        Entry("P2", 50, attributes={"from": "north"}),
        Entry("P3", 50, attributes={"from": "south"}),
    ]
    merits = {"P1": 9_000, "P2": 8_000, "P3": 5_000}
    quota = Constraint("from", "south", min_share=Fraction(1, 2))
    rule = Rule(100, when_unaffordable="skip", constraints=(quota,))

    told: list[tuple[int, int]] = []
    (price,) = prices_of(entries, merits, rule, progress=lambda done, of: told.append((done, of)))

    assert (price.points, price.enters, price.leaves) == (3_000, ("P2",), ("P3",))
    assert told == [(1, 1)]
    (by_money,) = prices_of(entries, merits, replace(rule, objective=Objective.MERIT_MONEY))
    assert by_money.points == 3_000 * 50


def test_the_line_passes_over_those_who_may_not_be_funded() -> None:
    entries = [Entry("P1", 10, eligible=False), Entry("P2", 10), Entry("P3", 10)]
    rule = Rule(10, when_unaffordable="skip", exclusive=(("P2", "P3"),))

    assert decide(entries, {}, rule).line_after == "P2"


def test_points_of_merit_are_whole_and_run_from_worst_to_best() -> None:
    best, worst = Fraction(1), Fraction(5)  # lower is better
    assert [merit_points(Fraction(n), best, worst) for n in (1, 3, 5)] == [10_000, 5_000, 0]
    assert rank_points(Fraction(1), 4) == 10_000
    assert (least_of(1001, 80), least_of(1001, 100)) == (801, None)
