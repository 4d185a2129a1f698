"""The table of scores as a file: what stands in it, and what a title cannot do to it."""

import csv
import io

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.proposals.models import ProposalState, Version
from app.reviews.models import Review, ReviewState
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_call, a_review, a_submitted_proposal, an_officer, planted


def _entitled(proposal_id: str, title: str) -> None:
    with planted():
        version = db.session.scalars(
            select(Version).where(Version.proposal_id == proposal_id)
        ).one()
        version.title = title


@both_engines
def test_each_review_that_counts_is_one_line_by_number_and_seat(browser: Browser) -> None:
    call, officer = a_call(phase="reviewing", code="CSV1"), an_officer()
    first, second = a_submitted_proposal(call), a_submitted_proposal(call)
    _entitled(first.id, '=1+1, or "so"\nand on')
    a_review(second, call, letter="A", merit="5", plan="2")
    a_review(first, call, letter="B", merit="3", plan=None)
    seat = a_review(first, call, letter="A", merit="1", plan="6")
    a_review(first, call, letter="C", state=ReviewState.DRAFT, merit="6", plan="6")
    withdrawn = a_submitted_proposal(call, state=ProposalState.WITHDRAWN)
    a_review(withdrawn, call, letter="A", merit="6", plan="6")
    browser.sign_in(officer.id)

    with browser.get(f"/desk/calls/{call.id}/reviews.csv") as answer:
        told = answer.get_data().decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(told, newline=""))
    assert head[:6] == ["proposal", "title", "seat", "version", "saved_at", "confidence"]
    assert head[6:] == ["merit", "plan", "total", "total_exact"]
    title = '\'=1+1, or "so"\nand on'
    with unit_of_work(mode=Mode.READ):
        review = db.session.get_one(Review, seat.id)
    saved = clock.to_text(review.saved_at)
    assert lines[0] == [
        first.number, title, "A", str(review.version), saved, "", "1", "6", "3.0000", "3/1",
    ]  # fmt: skip
    assert [
        (number, name, seat, *grades) for number, name, seat, _, _, _, *grades in lines[1:]
    ] == [
        (first.number, title, "B", "3", "", "3.0000", "3/1"),
        (second.number, "A thing worth finding out", "A", "5", "2", "3.8000", "19/5"),
    ]
