"""The end of reviewing: what arrives in time, conflicts seen late, and certifying once more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.actor import Actor
from app.calls import service as calls
from app.calls.models import Call, CallState
from app.core import clock
from app.core.db import db
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.reviewers.models import Certified, Conflict, Seat, SeatState
from app.reviews import queries
from app.reviews.ending.models import ReviewingClosed
from app.reviews.ending.rules import is_in_time
from app.reviews.models import Review, ReviewVersion
from tests.browser_client import Browser, forms_of
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_review,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_officer,
    in_pool,
    planted,
)
from tests.reviews.test_routes import ANSWERS


def _scene(state: SeatState = SeatState.ACCEPTED) -> tuple[Call, Actor, Seat]:
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    proposal = a_submitted_proposal(call)
    if state is SeatState.SUBMITTED:
        in_pool(call, reviewer)
        return call, reviewer, a_review(proposal, call, reviewer, merit="5", plan="4")
    return call, reviewer, a_seat(call, proposal, reviewer, state=state)


def _close(call: Call) -> None:
    officer = an_officer()
    with unit_of_work(Lens.STAFF):
        calls.move(officer, db.session.get_one(Call, call.id), CallState.RANKING)


def _seat(seat: Seat) -> SeatState:
    with unit_of_work(mode=Mode.READ):
        return db.session.get_one(Seat, seat.id).state


@both_engines
def test_what_arrived_before_reviewing_closed_counts(app: EquipoiseApp) -> None:
    """The request's own stamp decides: set back here by closing a little later."""
    call, reviewer, seat = _scene()
    browser = Browser(app).sign_in(reviewer.id)
    own = f"/reviews/{seat.id}"
    browser.fill_in(own, form=own, act="save", **ANSWERS)
    _close(call)
    assert browser.get(f"{own}/submit").status_code == 403
    with planted():
        later = db.session.get_one(ReviewingClosed, call.id)
        later.closed_at = clock.now() + timedelta(hours=1)  # this request came before it

    page = browser.fill_in(f"{own}/submit", no_conflict="y")
    assert "Thank you" in page.text
    assert _seat(seat) is SeatState.SUBMITTED


def test_a_request_at_the_instant_of_closing_is_in_time() -> None:
    now = clock.now()
    assert is_in_time(now, now)
    assert not is_in_time(now + timedelta(microseconds=1), now)
    assert not is_in_time(now, None)


def test_going_back_to_reviewing_forgets_the_closing(app: EquipoiseApp) -> None:
    assert app
    call, _reviewer, _seat = _scene(SeatState.SUBMITTED)
    _close(call)
    with unit_of_work(Lens.STAFF) as work:
        from app.reviews.ending.closing import note_closing  # noqa: PLC0415

        note_closing(db.session.get_one(Call, call.id), CallState.REVIEWING)
        work.enforced += 1
        work.recorded += 1
    with unit_of_work(mode=Mode.READ):
        assert db.session.get(ReviewingClosed, call.id) is None


def test_words_that_came_too_late_are_shown_to_be_copied(app: EquipoiseApp) -> None:
    call, reviewer, seat = _scene()
    browser = Browser(app).sign_in(reviewer.id)
    own = f"/reviews/{seat.id}"
    late = {**ANSWERS, "to_applicant": "Words that must not be lost."}
    form = next(one for one in forms_of(browser.get(own).text) if one.action == own)
    _close(call)
    answer = browser.post(own, data={**form.fields, **late, "act": "check"})

    assert answer.status_code == 403
    assert "Your words were not saved" in answer.text
    assert "Words that must not be lost." in answer.text
    assert _seat(seat) is SeatState.ACCEPTED


@both_engines
def test_a_conflict_seen_after_scoring_takes_the_review_out_and_keeps_it(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    call, reviewer, seat = _scene(SeatState.SUBMITTED)
    browser = Browser(app).sign_in(reviewer.id)
    page = browser.fill_in(
        f"/reviews/{seat.id}/conflict",
        form="/conflict",
        kind="collaborator",
        detail="I see now whose work it is.",
    )
    assert "closed to you" in page.text
    assert _seat(seat) is SeatState.CONFLICTED
    with unit_of_work(mode=Mode.READ):
        assert queries.submitted_reviews(call.id) == []
        assert db.session.scalars(select(Review.seat_id)).all() == [seat.id]
        assert db.session.scalars(select(Conflict.declared)).all() == [True]
    assert "reviews.conflict_declared" in ledger.actions()
    assert browser.get(f"/reviews/{seat.id}").status_code == 404


@both_engines
def test_whoever_judged_all_certifies_once_more(app: EquipoiseApp, ledger: LedgerReader) -> None:
    call, reviewer, _seat = _scene(SeatState.SUBMITTED)
    browser = Browser(app).sign_in(reviewer.id)
    page = f"/reviews/calls/{call.id}/certify"
    assert "Once more: no conflict of interest?" in browser.get("/reviews/").text
    assert "Say that there is none" in browser.fill_in(page).text
    assert "That is all we ask of you" in browser.fill_in(page, none="y").text
    assert "You certified" in browser.get(page).text
    with unit_of_work(mode=Mode.READ):
        assert len(db.session.scalars(select(Certified)).all()) == 1
    assert ledger.actions().count("reviews.certified_at_end") == 1

    desk = Browser(app).sign_in(an_officer().id)
    assert "certified" in desk.get(f"/desk/calls/{call.id}/progress").text
    assert Browser(app).sign_in(a_reviewer().id).get(page).status_code == 404


@pytest.mark.parametrize("state", [SeatState.INVITED, SeatState.ACCEPTED])
def test_nobody_certifies_before_all_is_in(app: EquipoiseApp, state: SeatState) -> None:
    call, reviewer, _seat = _scene(state)
    answer = Browser(app).sign_in(reviewer.id).get(f"/reviews/calls/{call.id}/certify")
    assert answer.status_code == 403
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(ReviewVersion)).all() == []
