"""How people reviewed and how much it helped: for the office alone."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from app.calls.models import CallState
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.reviewers.models import Answer, Decline, Helpfulness, ReviewInvitation, SeatState
from app.reviews.history import queries
from app.reviews.history.rules import History, days_late
from app.reviews.models import ReviewVersion
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.counting import statements
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_review,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_approver,
    an_officer,
    in_pool,
    plant,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("later", "days"),
    [
        (timedelta(0), 0),
        (timedelta(days=-3), 0),
        (timedelta(seconds=1), 1),
        (timedelta(days=1), 1),
        (timedelta(days=1, seconds=1), 2),
    ],
)
def test_a_day_begun_is_a_day_late(later: timedelta, days: int) -> None:
    assert days_late(NOON, NOON + later) == days


@both_engines
def test_history_counts_this_call_and_those_that_are_over(app: EquipoiseApp) -> None:
    assert app
    here = a_call(phase="reviewing")
    over, running = a_call(phase="released"), a_call(phase="reviewing")
    reviewer = a_reviewer(name="Judith Late")
    for call in (here, over, running):
        in_pool(call, reviewer)
        seat = a_review(a_submitted_proposal(call), call, reviewer, merit="5", plan="4")
        plant(
            ReviewVersion(
                seat_id=seat.id,
                number=1,
                content={},
                submitted_at=seat.due_at + timedelta(days=400),
                sha256="",
            ),
            Helpfulness(seat_id=seat.id, rating=2, rated_by=reviewer.id, rated_at=NOON),
        )
    declined = a_seat(here, a_submitted_proposal(here), reviewer, state=SeatState.DECLINED)
    plant(
        Decline(seat_id=declined.id, reason="No time", declined_at=NOON),
        ReviewInvitation(
            call_id=here.id, account_id=reviewer.id, answer=Answer.ACCEPTED, asked_at=NOON
        ),
    )

    with unit_of_work(mode=Mode.READ), statements() as asked:
        found = queries.histories(here.id)[reviewer.id]
    assert sum(one.startswith("SELECT") for one in asked) == 2
    assert (found.asked, found.accepted, found.declined, found.submitted) == (4, 3, 1, 2)
    assert len(found.late) == 2
    assert found.late[0] > 300
    assert found.helpfulness == Fraction(2)
    assert History().helpfulness is None
    assert CallState.RELEASED in queries.OVER


@both_engines
def test_officers_read_reviews_by_letter_and_rate_them(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    call = a_call(phase="reviewing", code="HIST")
    reviewer, officer = a_reviewer(name="Judith Nobody-Named"), an_officer()
    in_pool(call, reviewer)
    proposal = a_submitted_proposal(call)
    review = a_review(proposal, call, reviewer, merit="5", plan="4")
    page = f"/desk/calls/{call.id}/proposals/{proposal.id}/reviews"
    browser = Browser(app).sign_in(officer.id)

    shown = browser.get(page).text
    assert f"Review {review.letter}" in shown
    assert "Judith" not in shown
    assert "Kept." in browser.fill_in(page, **{f"rating-{review.id}": "3"}).text
    assert "Nothing changed." in browser.fill_in(page, **{f"rating-{review.id}": "3"}).text
    assert "Kept." in browser.fill_in(page, **{f"rating-{review.id}": "1"}).text
    assert ledger.actions().count("reviews.helpfulness_rated") == 2
    history = browser.get(f"/desk/calls/{call.id}/reviewers/history").text
    assert "Judith Nobody-Named" in history
    assert "1.0 (1)" in history

    elsewhere = a_submitted_proposal(a_call(phase="reviewing"))
    assert browser.get(page.replace(proposal.id, elsewhere.id)).status_code == 404
    approver = Browser(app).sign_in(an_approver().id)
    assert "rating-" not in approver.get(page).text  # who does not run the call only reads
    for nobody in (reviewer, a_reviewer()):
        refused = Browser(app).sign_in(nobody.id)
        assert refused.get(page).status_code == 404
        assert refused.get(f"/desk/calls/{call.id}/reviewers/history").status_code == 404


def test_an_officer_who_reviews_in_the_call_sees_no_history(app: EquipoiseApp) -> None:
    call, officer = a_call(phase="reviewing"), an_officer()
    in_pool(call, officer)
    answer = Browser(app).sign_in(officer.id).get(f"/desk/calls/{call.id}/reviewers/history")
    assert answer.status_code == 403


def test_ratings_feed_nothing_but_the_page_of_history() -> None:
    """Only one room reads the table, so that no rule, plan or ranking can."""
    readers = {
        path.parent.name
        for path in Path("app").rglob("*.py")
        if "Helpfulness" in path.read_text(encoding="utf-8")
    }
    assert readers <= {"history", "models", "checks"}
