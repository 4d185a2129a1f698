"""Reading: one's seats, one of them with its blinded proposal, a file of it."""

from flask import Response

from app.accounts.session import signed_in
from app.core.api import Listed, PageAsked, TokenScope, listed, operation
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.proposals import queries as proposals
from app.proposals.routes.files import send_blinded
from app.reviews import policy, queries, rules, service, views
from app.reviews.api.room import (
    AnswerRead,
    Applicants,
    OwnSeat,
    SeatTold,
    bp,
    told_answers,
    told_seat,
    told_written,
)
from app.reviews.queries import Opened
from app.reviews.routes.seat import opened_seat


@bp.get("/reviews")
@operation(
    Lens.REVIEWER,
    policy.may_list,
    TokenScope.REVIEWS_READ,
    answers=Listed[OwnSeat],
    asks=PageAsked,
)
def list_own(asked: PageAsked) -> Listed[OwnSeat]:
    """List your seats, those of the next deadline first."""
    actor = signed_in()
    enforce(policy.may_list(actor))
    there = [one for one in queries.own_seats(actor.id) if rules.is_there(one.place(actor.id))]
    return listed(
        there,
        asked,
        lambda one: OwnSeat(one.id, one.number, one.title, one.call.code, one.state, one.due_at),
    )


@bp.get("/reviews/<id:seat_id>")
@operation(Lens.REVIEWER, policy.may_see, TokenScope.REVIEWS_READ, answers=SeatTold, recorded=True)
def show(seat_id: str) -> SeatTold:
    """Read what you review, blinded as the call has it, and your review as it is.

    Before you accept on the page of the seat, only the summary is told. Reading the proposal is an
    event in the ledger, as on the page.
    """
    opened, actor = opened_seat(seat_id), signed_in()
    writable, readable = policy.may_write(actor, opened.place), policy.may_read(actor, opened.place)
    if readable:
        service.note_reading(actor, opened)
    elif not rules.can_answer(opened.place):
        return _told(opened, [], reason=readable.reason)
    answers = told_answers(opened) if readable else _summary(opened)
    return _told(
        opened, answers, readable=bool(readable), may_write=bool(writable), reason=writable.reason
    )


def _summary(opened: Opened) -> list[AnswerRead]:
    keys = {one["key"] for one in views.summary_of(opened)}
    return [one for one in told_answers(opened) if one.key in keys]


def _told(
    opened: Opened,
    answers: list[AnswerRead],
    *,
    readable: bool = False,
    may_write: bool = False,
    reason: str = "",
) -> SeatTold:
    who = views.applicants(opened) if answers else None
    return SeatTold(
        seat=told_seat(opened),
        may_write=may_write,
        reason=str(reason),
        answers=answers,
        requested_minor=opened.version.requested_minor if readable else None,
        months=opened.version.months if readable else None,
        applicants=Applicants(who["name"], who["organisation"]) if who else None,
        review=told_written(opened) if readable else None,
    )


@bp.get("/reviews/<id:seat_id>/files/<id:file_id>.pdf")
@operation(
    Lens.REVIEWER,
    policy.may_read,
    TokenScope.REVIEWS_READ,
    answers="application/pdf",
    recorded=True,
)
def show_file(seat_id: str, file_id: str) -> Response:
    """Read the blinded copy of a file that the proposal names."""
    opened = opened_seat(seat_id)
    file = proposals.blinded_file(opened.proposal.id, file_id)
    found = require(file if file and file.id in opened.version.answers.values() else None)
    service.note_file(signed_in(), opened, found)
    return send_blinded(found.file_key, f"{found.question_key}.pdf")
