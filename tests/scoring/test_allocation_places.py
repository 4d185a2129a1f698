"""At which place a decision turns: held against moving each proposal to every place."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.allocation import Contribution, allocate_by_rank
from scoring.allocation.entry import Entry
from scoring.allocation.optimum import ImpossibleError
from scoring.allocation.places import Turn
from scoring.allocation.places.plain import turns_by_rank
from scoring.allocation.places.ruled import turns_under_rules
from scoring.allocation.programme import Objective, Programme
from tests.scoring.awards import first_in_order, programmes

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


@settings(max_examples=40, deadline=None)
@given(programme=programmes())
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
