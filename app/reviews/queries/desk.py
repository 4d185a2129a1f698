"""The reviews of a call as its staff read them: who is late, how far they are, what they gave."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, cast, func, select

from app.accounts.models import Person
from app.core.db import Json, db, table_of
from app.core.few import as_text
from app.core.plain import batches, instant_text
from app.proposals.models import Proposal, Version
from app.reviewers.models import Seat, SeatHolder, SeatState
from app.reviewers.rules import JUDGED
from app.reviews.models import Recognised, Recognition, Review, ReviewState
from app.reviews.rules import Rate

_seat, _proposal, _version = map(table_of, (Seat, Proposal, Version))
_review, _person = map(table_of, (Review, Person))
_holders = table_of(SeatHolder)


def recognition_in(call_id: str) -> Rate:
    """Count what the reviewers of a call said when asked whether they recognised who applied."""
    rows = db.session.execute(
        select(Recognition.answer, func.count(Recognition.id))
        .where(Recognition.call_id == call_id)
        .group_by(Recognition.answer)
    )
    found = {answer: int(count) for answer, count in rows}
    return Rate(
        no=found.get(Recognised.NO, 0),
        perhaps=found.get(Recognised.PERHAPS, 0),
        sure=found.get(Recognised.SURE, 0),
    )


class SubmittedReview(NamedTuple):
    """What a review says to the ranking; the letter stands for whoever wrote it."""

    proposal_id: str
    seat_id: str
    letter: str
    grades: Json
    confidence: int | None
    total: str | None


def submitted_reviews(call_id: str) -> list[SubmittedReview]:
    """Return the reviews that count: submitted, of seats still held, of proposals in review.

    A review whose writer turned out to have a conflict does not count.
    """
    rows = db.session.execute(
        select(
            Review.proposal_id,
            Review.seat_id,
            Seat.letter,
            Review.grades,
            Review.confidence,
            Review.total,
        )
        .join(Seat, Seat.id == Review.seat_id)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(
            Review.call_id == call_id,
            Review.state == ReviewState.SUBMITTED,
            Seat.state == SeatState.SUBMITTED,
            Proposal.state.in_(JUDGED),
        )
        .order_by(Proposal.number, Seat.letter)
    )
    return [SubmittedReview(*row) for row in rows]


# Selected as they are sent, so that nothing is made of a row but a line. By the proposals of the
# call, which come in the order of their numbers: from its reviews, all would be sorted.
_SCORES = (
    select(
        func.coalesce(_proposal.c.number, ""),
        _version.c.title,
        _seat.c.letter
        + ","
        + cast(_review.c.version, Text)
        + ","
        + instant_text(_review.c.saved_at)
        + ","
        + func.coalesce(cast(_review.c.confidence, Text), ""),
        as_text(_review.c.grades),
        _review.c.total,
    )
    .join(_seat, _seat.c.id == _review.c.seat_id)
    .join(_proposal, _proposal.c.id == _review.c.proposal_id)
    .join(_version, _version.c.id == _proposal.c.version_id)
    .where(
        _proposal.c.call_id == bindparam("call"),
        _review.c.state == ReviewState.SUBMITTED,
        _seat.c.state == SeatState.SUBMITTED,
        _proposal.c.state.in_(JUDGED),
    )
    .order_by(_proposal.c.number, _seat.c.letter)
)


def scores_in(call_id: str) -> Iterator[Sequence[Any]]:
    """Return the reviews that count as plain rows, some hundred at a time: number, title, what is
    told of the seat (letter, version, instant, confidence, with commas), grades as text, total."""
    return batches(_SCORES, {"call": call_id})
