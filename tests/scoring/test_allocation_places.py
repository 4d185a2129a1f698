"""At which place a decision turns: held against moving each proposal to every place."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scoring.allocation import Contribution, allocate_by_rank
from scoring.allocation.decide import Rule
from scoring.allocation.entry import Entry, Threshold
from scoring.allocation.optimum import ImpossibleError
from scoring.allocation.places import Turn
from scoring.allocation.places.of_rule import turns_of
from scoring.allocation.places.plain import turns_by_rank
from scoring.allocation.places.ruled import turns_under_rules
from scoring.allocation.programme import Candidate, Constraint, Objective, Programme
from scoring.errors import InputError
from tests.scoring.awards import first_in_order, programmes
from tests.scoring.test_allocation_order import earmarked

RANK = Objective.RANK
Amounts = dict[str, int]


def by_moving(order: Sequence[str], decide: Callable[[Sequence[str]], Amounts]) -> list[Turn]:
    """Move each to every place, decide anew, and see where the decision is another."""
    now, found = decide(order), []
    for at, one in enumerate(order):
        others = [each for each in order if each != one]
        then = [decide([*others[:to], one, *others[to:]]).get(one) for to in range(len(order))]
        funded = one in now
        below = [to for to, amount in enumerate(then) if to > at and amount != now.get(one)]
        above = [to for to, amount in enumerate(then) if to < at and amount is not None]
        turned = below if funded else above
        edge = len(order) - len(turned) if funded else 0
        assert turned == list(range(edge, edge + len(turned)))  # it never jumps back
        if turned:
            to = turned[0] if funded else turned[-1]
            found.append(Turn(one, funded, at + 1, to + 1, order[to]))
        else:
            found.append(Turn(one, funded, at + 1))
    return found


def under_rules(programme: Programme) -> Callable[[Sequence[str]], Amounts]:
    by_id = {one.id: one for one in programme.candidates}

    def decide(order: Sequence[str]) -> Amounts:
        placed = [replace(by_id[one], merit=len(order) - at) for at, one in enumerate(order)]
        found = first_in_order(replace(programme, candidates=tuple(placed), objective=RANK))
        assert found is not None
        return dict(found)

    return decide


FORCED_IN_PART = Programme(  # what stands between p0 and p1 is in with either amount
    (
        Candidate("p0", 4, 4, 3),
        Candidate("p1", 4, 3),
        Candidate("p2", 2, 2, 0),
        Candidate("p3", 5, 1),
    ),
    4,
    exclusive=(("p0", "p1"), ("p1", "p2")),
    forced={"p2": True},
)


@settings(max_examples=40, deadline=None)
@given(programme=programmes())
@example(programme=FORCED_IN_PART)
def test_under_rules_a_decision_turns_where_moving_shows_it(programme: Programme) -> None:
    if first_in_order(replace(programme, objective=RANK)) is None:
        with pytest.raises(ImpossibleError):
            turns_under_rules(programme)
        return
    order = [one.id for one in sorted(programme.candidates, key=lambda one: -one.merit)]
    moved = {one.id: one for one in by_moving(order, under_rules(programme))}
    for forced in programme.forced:  # a decision that stands whatever the place
        moved[forced] = Turn(forced, programme.forced[forced], order.index(forced) + 1)
    assert turns_under_rules(programme) == [moved[one.id] for one in programme.candidates]


@st.composite
def calls(draw: st.DrawFn) -> tuple[list[Entry], int, list[Contribution] | None]:
    entries = []
    for row in range(draw(st.integers(1, 8))):
        ask = draw(st.integers(0, 9))
        least = draw(st.none() | st.integers(0, ask))
        kind = draw(st.sampled_from("xy"))
        able = draw(st.sampled_from([True, True, True, False]))
        entries.append(Entry(f"p{row}", ask, least, able, attributes={"k": kind}))
    if draw(st.booleans()):
        return entries, draw(st.integers(0, 40)), None
    pots = [Contribution(name, draw(st.integers(0, 12)), {"k": name}) for name in "xy"]
    pots.append(Contribution("z", draw(st.integers(0, 12))))
    return entries, draw(st.integers(0, sum(pot.amount_minor for pot in pots))), pots


@settings(max_examples=150, deadline=None)
@given(call=calls(), unaffordable=st.sampled_from(["stop", "skip"]))
def test_down_the_money_a_decision_turns_where_moving_shows_it(
    call: tuple[list[Entry], int, list[Contribution] | None], unaffordable: str
) -> None:
    entries, budget, pots = call
    by_id = {one.id: one for one in entries}

    def decide(order: Sequence[str]) -> Amounts:
        found = allocate_by_rank(
            [by_id[one] for one in order],
            budget,
            when_unaffordable=unaffordable,
            contributions=pots,
        )
        return {line.id: line.amount_minor for line in found.awards()}

    told = turns_by_rank(entries, budget, when_unaffordable=unaffordable, contributions=pots)
    assert told == by_moving([one.id for one in entries], decide)


def test_whoever_displaces_two_is_found_by_the_programme() -> None:
    asks = {"a": 3, "b": 3, "c": 4, "d": 7}
    candidates = [Candidate(name, ask, 10 - ask) for name, ask in asks.items()]
    assert turns_under_rules(Programme(tuple(candidates), 10)) == [
        Turn("a", True, 1),  # there is room for it below d too
        Turn("b", True, 2),
        Turn("c", True, 3),
        Turn("d", False, 4, 2, "b"),  # beside a alone, instead of b and c
    ]


@pytest.mark.parametrize("few", [{"MOST": 300}, {"MOST": 0}, {"_UNIONS": 0, "MOST": 1}])
def test_earmarks_that_cross_turn_the_same_whether_all_their_limits_are_stated_or_some(
    few: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in few.items():
        monkeypatch.setattr(f"scoring.allocation.payers.{name}", value)
    for seed in range(4):
        programme = earmarked(seed, 5)
        order = [one.id for one in sorted(programme.candidates, key=lambda one: -one.merit)]
        moved = {one.id: one for one in by_moving(order, under_rules(programme))}
        assert turns_under_rules(programme) == [moved[one.id] for one in programme.candidates]


def test_no_order_keeps_rules_that_cannot_hold_together() -> None:
    candidates = (Candidate("a", 5, 1, attributes={"k": "x"}),)
    with pytest.raises(ImpossibleError, match="k=x min_count 1"):
        turns_under_rules(
            Programme(candidates, 4, constraints=(Constraint("k", "x", min_count=1),))
        )


def an_entry(name: str, ask: int, points: int, area: str = "x") -> Entry:
    return Entry(name, ask, points=Decimal(points), attributes={"area": area})


ENTRIES = [
    an_entry("a", 50, 9),
    an_entry("b", 60, 8, "y"),
    replace(an_entry("c", 10, 7), eligible=False),
    an_entry("d", 40, 6),
    an_entry("e", 30, 5, "y"),
    an_entry("f", 10, 2),
]


@pytest.mark.parametrize(
    ("rule", "funded", "turned"),
    [
        # below b, which takes 60 of 100, a has no room, nor d below e
        (
            Rule(100, when_unaffordable="skip"),
            "ad",
            {"a": (2, "b"), "b": (1, "a"), "d": (5, "e"), "e": (4, "d")},
        ),
        # one of y at least: e is in wherever it stands, and leaves no room for d below a
        (
            Rule(100, constraints=(Constraint("area", "y", min_count=1),)),
            "ae",
            {"a": (2, "b"), "b": (1, "a"), "d": (1, "a")},
        ),
    ],
)
def test_places_count_all_entries(
    rule: Rule, funded: str, turned: dict[str, tuple[int, str]]
) -> None:
    told = []
    rule = replace(rule, threshold=Threshold(Decimal(3)))
    found = turns_of(ENTRIES, rule, progress=lambda done, of: told.append((done, of)))
    assert [one.place for one in found] == [1, 2, 3, 4, 5, 6]
    assert "".join(one.id for one in found if one.funded) == funded
    assert {one.id: (one.turns_at, one.other) for one in found if one.other} == turned
    assert told == [(done, 4) for done in range(1, 5)]


def test_where_a_sum_is_the_highest_no_place_decides() -> None:
    with pytest.raises(InputError, match="ask for the margins of this objective"):
        turns_of(ENTRIES, Rule(100, Objective.MERIT))


def test_what_others_may_not_be_paid_from_turns_nothing() -> None:
    pots = [Contribution("x", 10, {"area": "x"}), Contribution("y", 5, {"area": "y"})]
    entries = [an_entry("a", 10, 9), an_entry("b", 8, 8, "y"), an_entry("c", 10, 7)]
    assert turns_by_rank(entries, 15, when_unaffordable="skip", contributions=pots) == [
        Turn("a", True, 1, 3, "c"),  # b is as far from its 8 without a
        Turn("b", False, 2),
        Turn("c", False, 3, 1, "a"),
    ]


def test_whoever_ends_the_money_stays_where_nothing_is_asked_of_it() -> None:
    entries = [Entry("a", 9, 1), Entry("b", 0), Entry("c", 0), Entry("d", 1)]
    assert turns_by_rank(entries[:3], 5)[0] == Turn("a", True, 1)
    assert turns_by_rank(entries, 5)[0] == Turn("a", True, 1, 4, "d")
