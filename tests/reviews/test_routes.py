from fractions import Fraction

from sqlalchemy import select

from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.reviewers.models import Seat, SeatState
from app.reviews.models import Review, ReviewState, ReviewVersion
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import a_call, a_reviewer, a_submitted_proposal, an_officer, in_pool


def _one(model: type) -> object:
    with unit_of_work(mode=Mode.READ):
        return db.session.scalars(select(model)).one()


REASONED = "It is as good as five words."


@both_engines
def test_a_reviewer_goes_from_assignment_to_submitted_review(
    browser: Browser, ledger: LedgerReader
) -> None:
    call = a_call(phase="assigning", code="REV1")
    proposal = a_submitted_proposal(call)
    reviewer = a_reviewer()
    in_pool(call, reviewer)
    desk = f"/desk/calls/{call.id}"

    browser.sign_in(an_officer().id)
    page = browser.fill_in(f"{desk}/assignment/{proposal.id}", account_id=reviewer.id)
    assert page.status_code == 200, page.text
    assert browser.post(f"{desk}/move/reviewing").status_code in {303, 400}
    seat = _one(Seat)
    assert isinstance(seat, Seat)
    assert seat.state is SeatState.INVITED
    browser.fill_in(desk, form="/move/reviewing")

    browser.sign_in(reviewer.id)
    own = f"/reviews/{seat.id}"
    assert proposal.number in browser.get("/reviews/").text
    assert "We will find out." in browser.get(own).text
    page = browser.fill_in(own, form="/accept")
    assert "Your review" in page.text
    page = browser.fill_in(
        own,
        form=own,
        g_merit="5",
        r_merit=REASONED,
        g_plan="4",
        r_plan=REASONED,
        confidence="2",
        to_applicant="Please go on with it.",
    )
    assert page.request.path == f"{own}/submit", page.text
    page = browser.fill_in(f"{own}/submit")
    assert "Thank you" in page.text

    review = _one(Review)
    assert isinstance(review, Review)
    assert review.state is ReviewState.SUBMITTED
    assert review.total is not None
    assert Fraction(review.total) == Fraction("4.6")
    version = _one(ReviewVersion)
    assert isinstance(version, ReviewVersion)
    assert version.number == 1
    assert {
        "reviewers.seat_given",
        "reviews.seat_accepted",
        "reviews.proposal_read",
        "reviews.review_submitted",
    } <= set(ledger.actions())
