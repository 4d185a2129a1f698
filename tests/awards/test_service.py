"""Awards say what was given, to whom, from whom, and why."""

from decimal import Decimal

import pytest

from app.allocation import tracing
from app.awards import queries
from app.awards.models import Award
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from tests.engines import both_engines
from tests.factories import Released, a_released_call


def _awards(world: Released) -> list[Award]:
    with unit_of_work(mode=Mode.READ):
        return list(queries.awards_of(world.call.id))


@both_engines
def test_an_award_for_each_funded_line(app: EquipoiseApp) -> None:
    assert app
    world = a_released_call(zone="Pacific/Kiritimati")
    made = _awards(world)

    first = next(a for a in made if a.proposal_id == world.proposals["A"].id)
    lead = world.leads["A"]
    assert len(made) == 2
    assert first.number == f"{world.proposals['A'].number}-A"
    assert (first.lead_name, first.organisation) == (lead.name, lead.organisation)
    assert (first.amount_minor, first.currency, first.months) == (3_000_000, "EUR", 24)
    assert first.summary == "", "no answer is published that was not asked for everybody"
    assert sum(source["amount_minor"] for source in first.sources) == first.amount_minor
    assert {source["funder"] for a in made for source in a.sources} == {
        f"One {world.call.code}",
        f"Two {world.call.code}",
    }
    assert [mean["mean"] for mean in first.facts["means"]] == ["6.0000", "6.0000"]
    assert sum(Decimal(mean["weight"]) for mean in first.facts["means"]) == 1
    assert (first.facts["rank"], first.facts["of"]) == (1, 4)
    assert any("rank 1 of 4" in step for step in first.facts["trace"])
    assert (first.released_at.hour + 14 >= 24) == (first.awarded_on != first.released_at.date())


def test_a_tie_is_told_with_the_rule_that_broke_it(app: EquipoiseApp) -> None:
    assert app
    made = _awards(a_released_call())

    tied = next(a for a in made if a.facts["rank"] == 2)

    assert "exactly the same total" in tied.facts["trace"][2]
    assert "SHA-256" in tied.facts["trace"][2]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("mean of plan", "the better mean of The plan"),
        ("mean of gone", "the better mean of gone"),
        ("smallest spread", "the smaller spread between its reviewers"),
        ("SHA-256 of call and proposal id", "the SHA-256 of call and proposal number"),
        ("another rule", "another rule"),
    ],
)
def test_rules_for_ties_are_told_in_words(app: EquipoiseApp, said: str, words: str) -> None:
    assert app
    assert tracing.tie_words(said, {"plan": "The plan"}) == words


def test_a_departure_and_the_sources_stand_in_the_trace(app: EquipoiseApp) -> None:
    assert app
    place = {"shown": "3.0000", "rank": 7, "tied_with": [], "decided_by": ""}

    steps = tracing.trace(
        place,
        9,
        reason="The money ended.",
        departure="A rare disease.",
        sources=[("One", "EUR 5"), ("Two", "EUR 6")],
        labels={},
    )

    assert steps[1:] == [
        "Its weighted total of 3.0000 puts it at rank 7 of 9.",
        "The money ended.",
        "Departure from the rule: A rare disease.",
        "One pays EUR 5 of it.",
        "Two pays EUR 6 of it.",
    ]
