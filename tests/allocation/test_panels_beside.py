"""What the officer does with the rule, as a panel reads it: departures, the draw, files."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select, update

from app.allocation import calibrating, queries, service, whatif
from app.allocation.for_panels.models import PanelOutlook
from app.allocation.models import (
    Allocation,
    AllocationLine,
    Calibration,
    Decision,
    DepartureApproval,
    Draw,
    DrawEntry,
    DrawWay,
    Preparation,
    PublicKind,
    Ranking,
    Scenario,
    SignOff,
)
from app.allocation.service import Chance, Departure
from app.calls import award_rule
from app.calls.models import Call, CallState
from app.core import clock
from app.core.db import db
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.panels.models import ItemPresence, Panel, PanelItem, PanelState
from app.proposals.models import Proposal, ProposalState
from app.reviewers.models import Conflict
from app.reviews.models import Review
from scoring.draw.verify import faults
from tests.allocation.test_for_panels import NOISE, number, rank
from tests.browser_client import Browser
from tests.factories import a_judged_call, an_approver, planted
from tests.panels.world import Met, a_panel

if TYPE_CHECKING:
    from app.core.web import EquipoiseApp
    from tests.worlds import BuiltOnce

# A is closed to one of the panel; B, C and E cannot be told apart where the money ends
GRADES = {
    "A": ("4", "3", "3"),
    "B": ("4", "4", "3"),
    "C": ("4", "3", "4"),
    "D": ("6", "6", "6"),
    "E": ("3", "4", "4"),
    "F": ("1", "1", "2"),
}
WHEN = re.compile(r"<time.*?</time>|\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC", re.DOTALL)
VALUE = "3 17 22 31 40 44"


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrating, "DRAWS", 2_000)
    monkeypatch.setattr(whatif, "PLAIN_DRAWS", 50)


def a_drawing_panel() -> Met:
    told = award_rule.to_data(award_rule.from_data({"draw": "uniform"}))
    met = a_panel(world=a_judged_call(GRADES, award_rule=told))
    with planted():  # what it says is not asked here
        db.session.get_one(Panel, met.panel_id).state = PanelState.APPROVED
    return met


def decide(met: Met, *departures: Departure) -> None:
    """Rank, fix the list, let two people draw, propose with departures and agree to the first."""
    rank(met)
    other = an_approver()
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        later = clock.now() + timedelta(hours=2)
        chance = Chance(DrawWay.PUBLIC, PublicKind.TEXT, "the lottery of tomorrow", later)
        service.commit_draw(met.world.officer, call, chance)
    with planted():
        db.session.execute(update(Draw).values(not_before=clock.now()))
    for person in (met.world.officer, other):
        with unit_of_work(Lens.STAFF):
            call = db.session.get_one(Call, met.world.call.id)
            draw = db.session.scalars(select(Draw)).one()
            service.enter_value(person, call, draw, VALUE)
    run_due_jobs()
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        made = service.propose(met.world.officer, call, departures)
        sha256 = made.sha256
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        allocation = queries.latest_allocation(call.id)
        assert allocation is not None
        first = departures[0].number
        service.approve_departure(other, call, allocation, first, seen_sha256=sha256)
    run_due_jobs()


def forget(met: Met) -> None:
    """Go back to before the ranking, so that the next world is ranked a first time too."""
    with planted():
        for table in (
            *(DepartureApproval, AllocationLine, SignOff, Preparation, Allocation),
            *(DrawEntry, Draw, Scenario, Calibration, Ranking, PanelOutlook),
        ):
            db.session.execute(delete(table))
        db.session.get_one(Call, met.world.call.id).state = CallState.ALLOCATING


def of(met: Met, name: str, reason: str, minor: int = 1_000) -> Departure:
    return Departure(number(met, name), Decision.AWARD, minor, reason)


def seen_by(app: EquipoiseApp, person: Any, met: Met) -> str:
    """Return the desk, each step of the draw and the files, as one text."""
    browser = Browser(app).sign_in(person.id)
    steps = [f"/draw?step={step}" for step in (0, 2, 99)]
    paths = ("", *steps, "/draw.json", "/ranking.csv", "/ranking.json")
    found = [browser.get(f"/panels/{met.panel_id}/desk{path}") for path in paths]
    assert [one.status_code for one in found] == [200] * len(found)
    return WHEN.sub("", NOISE.sub("", "\n".join(one.text for one in found)))


def test_departures_and_draw_of_whoever_is_shut_out_are_those_of_a_call_without_the_proposal(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    met = built_once(a_drawing_panel)
    about = met.world.proposals["A"].id
    pages, controls = [], []
    whose = "Prof. Ada Lovelace already holds a grant, and no.\u20117  is near."
    own, beyond = of(met, "F", "The only centre."), of(met, "E", f"Than {number(met, 'A')}.")

    def look(*departures: Departure) -> None:
        decide(met, *departures)
        pages.append(seen_by(app, met.torn, met))
        controls.append(seen_by(app, met.member, met))
        forget(met)

    look(own, of(met, "A", "Too much asked for."), beyond)
    with planted():
        for review in db.session.scalars(select(Review).where(Review.proposal_id == about)):
            review.grades = dict.fromkeys(review.grades, "1")
    look(of(met, "F", whose), of(met, "A", "Even more.", 2_000), of(met, "E", whose))
    with planted():
        db.session.execute(delete(Conflict).where(Conflict.proposal_id == about))
        item = db.session.scalars(select(PanelItem).where(PanelItem.proposal_id == about)).one()
        db.session.execute(delete(ItemPresence).where(ItemPresence.item_id == item.id))
        db.session.delete(item)
        db.session.get_one(Proposal, about).state = ProposalState.WITHDRAWN
    look(of(met, "F", "Other words."), of(met, "E", f"Than {number(met, 'B')}."))

    assert pages[0] == pages[1] == pages[2]
    assert number(met, "A") not in pages[0]
    assert "not yet" in pages[0]  # only the first was agreed to
    assert "why it departs is told with the decision" in pages[0]
    words = ("The only centre", "Than ", "Too much", "Even more", "Lovelace", "Other words")
    assert not [one for one in words if one in "".join(pages + controls)]
    (kept,) = (line for line in pages[0].splitlines() if f",{number(met, 'F')}," in line)
    assert ",yes,award,1000," in kept
    assert len(set(controls)) == 3


def test_where_nothing_is_closed_the_draw_on_the_page_is_the_one_that_was_held(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    met = built_once(a_drawing_panel)
    decide(met, of(met, "F", "The only centre of its region."))
    browser = Browser(app).sign_in(met.member.id)
    told = browser.get(f"/panels/{met.panel_id}/desk/draw.json").json
    with unit_of_work(mode=Mode.READ):
        held = db.session.scalars(select(Draw)).one().record
    assert told == held
    assert faults(told) == []
    page = browser.get(f"/panels/{met.panel_id}/desk").text
    assert "Show it to the room" in page
    assert "Those whom chance decides" in page
    assert len(page.encode()) < 100_000


def test_sent_back_a_departure_is_none(app: EquipoiseApp, built_once: BuiltOnce) -> None:
    met = built_once(a_drawing_panel)
    decide(met, of(met, "F", "The only centre of its region."))
    assert "What is proposed otherwise" in seen_by(app, met.member, met)
    other = an_approver()
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        allocation = queries.latest_allocation(call.id)
        assert allocation is not None
        service.send_back(other, call, allocation, "Think again.")
    run_due_jobs()
    page = seen_by(app, met.member, met)
    assert "What is proposed otherwise" not in page
    assert "Departures from the rule" not in page


def test_another_rule_leaves_the_calibration_as_it_is(
    app: EquipoiseApp, built_once: BuiltOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    met = built_once(a_drawing_panel)
    rank(met)
    monkeypatch.setattr(calibrating, "calibration_result", None)  # would fail where it is called
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, met.world.call.id)
        terms = service.Terms(award_rule.AwardRule(), "skip", "", 0, budget_minor=2_000_000)
        service.try_scenario(met.world.officer, call, "Less", terms)
    run_due_jobs()
    page = Browser(app).sign_in(met.member.id).get(f"/panels/{met.panel_id}/desk").text
    assert "Another rule, no. 1" in page


def test_there_is_no_draw_to_show_where_none_is_fixed(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    met = built_once(a_drawing_panel)
    rank(met)
    browser = Browser(app).sign_in(met.member.id)
    nowhere = browser.get(f"/panels/{met.world.call.id}/desk/draw")
    for path in ("draw", "draw.json"):
        found = browser.get(f"/panels/{met.panel_id}/desk/{path}")
        assert (found.status_code, found.data) == (404, nowhere.data)
