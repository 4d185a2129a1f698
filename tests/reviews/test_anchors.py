"""The scale of a criterion: its own words where it has any, else those of the call."""

from sqlalchemy import select

from app.calls.models import Criterion
from app.core.db import db
from app.reviewers.models import SeatState
from tests.browser_client import Browser
from tests.factories import a_call, a_reviewer, a_seat, a_submitted_proposal, planted


def test_reviewers_read_a_criterions_own_anchors(browser: Browser) -> None:
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    proposal = a_submitted_proposal(call)
    seat = a_seat(call, proposal, reviewer, state=SeatState.ACCEPTED)
    with planted():
        own = select(Criterion).where(Criterion.call_id == call.id, Criterion.key == "plan")
        plan = db.session.scalars(own).one()
        plan.anchors, plan.threshold = {"1": "Cannot work", "6": "A model plan"}, "3"
    browser.sign_in(reviewer.id)

    page = browser.get(f"/reviews/{seat.id}").text

    assert page.count("Outstanding") == 1, "of the other criterion"
    assert page.count("A model plan") == 1
    public = browser.get(f"/calls/{call.code}").text
    assert "A model plan" in public
    assert "Mean needed" in public
