"""A mean that a criterion needs: shown in the ranking, kept from money, told, and replayed."""

from sqlalchemy import select

from app.allocation import computing, publishing
from app.allocation.models import Decision, Outcome
from app.calls.models import Criterion
from app.core.db import db
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from scoring.allocation import Reason, words
from scoring.replay import replay
from tests.browser_client import Browser
from tests.factories import (
    Released,
    a_judged_call,
    a_review,
    a_submitted_proposal,
    approve_allocation,
    planted,
    release_results,
)

CRITERIA = [
    {"key": "merit", "label": "Merit", "weight": "0.6"},
    {"key": "plan", "label": "Plan", "weight": "0.4"},
]


def _inputs(limit: str, grades: dict[str, str | None], best: str = "6") -> computing.Data:
    return computing.ranking_inputs(
        call="T",
        scale={"best": best, "worst": "1" if best == "6" else "6", "step": "1"},
        criteria=CRITERIA,
        tie_rules=["hash"],
        reviews=[computing.Judged("T-1", "A", grades)],
        thresholds=[{"key": "plan", "limit": limit}],
    )


def test_a_mean_exactly_at_the_limit_passes_whichever_end_is_best(app: EquipoiseApp) -> None:
    assert app
    for limit, grade, best, missed in (
        ("3", "3", "6", False),
        ("3", "2", "6", True),
        ("3", "3", "1", False),
        ("3", "4", "1", True),
        ("3", None, "6", True),
    ):
        inputs = _inputs(limit, {"merit": "5", "plan": grade}, best)
        [place] = computing.ranking_result(inputs)["places"]
        assert ("short_on" in place) is missed, (limit, grade, best)


def _a_call_with_a_floor() -> tuple[Released, str]:
    """A call in which the second best misses the mean that the plan needs."""
    world = a_judged_call({"A": ("6", "6"), "B": ("3", "3")}, contributions=(("One", 9_000_000),))
    weak = a_submitted_proposal(world.call, requested_minor=3_000_000)
    a_review(weak, world.call, world.reviewers[0], merit="6", plan="2")
    with planted():
        plan = select(Criterion).where(Criterion.call_id == world.call.id, Criterion.key == "plan")
        db.session.scalars(plan).one().threshold = "3"
    return world, weak.number or ""


def test_who_misses_a_criterion_gets_no_money_and_reads_why(browser: Browser) -> None:
    world, weak = _a_call_with_a_floor()
    browser.sign_in(world.officer.id)
    desk = f"/desk/calls/{world.call.id}"
    page = browser.get(f"{desk}/ranking").text
    assert f"{weak}: Plan (3)" in page

    approve_allocation(world)
    release_results(world)

    with unit_of_work(mode=Mode.READ):
        told = {one.facts["reason"]: one for one in db.session.scalars(select(Outcome))}
    reason = f"{words[Reason.BELOW_CRITERION]} (Plan)"
    assert told[reason].decision is Decision.DECLINE, "though there was money left"
    assert sum(one.decision is Decision.AWARD for one in told.values()) == 1
    assert told[reason].facts["total"] == "4.4000", "better than who was funded below"


def test_the_bundle_states_the_limits_and_comes_to_the_same(app: EquipoiseApp) -> None:
    assert app
    inputs = computing.ranking_inputs(
        call="T",
        scale={"best": "6", "worst": "1", "step": "1"},
        criteria=CRITERIA,
        tie_rules=["hash"],
        reviews=[
            computing.Judged("T-1", "A", {"merit": "6", "plan": "2"}),
            computing.Judged("T-2", "A", {"merit": "3", "plan": "3"}),
        ],
        thresholds=[{"key": "plan", "limit": "3"}],
    )
    rule = {
        "name": "rank order",
        "currency": "EUR",
        "budget_minor": 500,
        "when_unaffordable": "stop",
        "reserve": 1,
        "threshold": "",
        "lower_is_better": False,
        "asks": [{"proposal": "T-1", "minor": 300}, {"proposal": "T-2", "minor": 200}],
        "contributions": [{"id": "c1", "funder": "F", "amount_minor": 500, "earmark": {}}],
    }
    decision = publishing.decide(inputs, rule, [])
    assert [line["decision"] for line in decision.result["lines"]] == ["decline", "award"]

    bundle = publishing.published(
        decision,
        [],
        call={"title": "T"},
        conflicts=[],
        approvals=[],
        ledger={},
        versions={},
    )
    assert bundle["scores"]["proposals"][0]["below_thresholds"] == [{"key": "plan", "limit": 3.0}]
    content = publishing.to_bytes(bundle)
    assert replay(content).same_bytes
    assert publishing.decision_in(bundle).result == decision.result

    loosened = {**bundle, "criteria": {**bundle["criteria"], "thresholds": []}}
    assert replay(publishing.to_bytes(loosened)).differences
