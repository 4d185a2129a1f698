"""The reviews of a call as its staff read them: who is late, how far they are, what they gave."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, cast, func, select

from app.accounts.models import Person
from app.core.db import Json, db, table_of
from app.core.few import as_text
from app.core.plain import batches, instant_text, joined, rows
from app.proposals.models import Proposal, Version
from app.reviewers.models import Certified, Seat, SeatHolder, SeatState
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


class SeatsOf(NamedTuple):
    """One proposal in review, with the states of its seats as one text."""

    proposal_id: str
    number: str
    title: str
    states: str | None


_recognition = table_of(Recognition)


_SAID = [
    select(func.count())
    .where(_recognition.c.call_id == bindparam("call"), _recognition.c.answer == answer)
    .scalar_subquery()
    for answer in (Recognised.NO, Recognised.PERHAPS, Recognised.SURE)
]


_PROGRESS = (
    select(
        _proposal.c.id,
        _proposal.c.number,
        _version.c.title,
        select(joined(_seat.c.state))
        .where(_seat.c.proposal_id == _proposal.c.id)
        .correlate(_proposal)
        .scalar_subquery(),
        *_SAID,
    )
    .join(_version, _version.c.id == _proposal.c.version_id)
    .where(_proposal.c.call_id == bindparam("call"), _proposal.c.state.in_(JUDGED))
    .order_by(_proposal.c.number)
)


def progress_in(call_id: str) -> tuple[list[SeatsOf], Rate]:
    """Return each proposal in review with the states of its seats, and how many recognised who
    applied: the engine counts those once and says them beside every row."""
    found = rows(_PROGRESS, {"call": call_id})
    rate = Rate(*found[0][4:]) if found else Rate(0, 0, 0)
    return [SeatsOf(*row[:4]) for row in found], rate


class Owed(NamedTuple):
    """Somebody who still owes reviews."""

    account_id: str
    name: str
    invited: int
    accepted: int
    submitted: int
    due_at: datetime
    certified: bool  # at the end, that they know of no conflict in all they judged


_OWING = (SeatState.INVITED, SeatState.ACCEPTED, SeatState.SUBMITTED)


_counted = (
    select(
        _holders.c.account_id,
        *(func.count().filter(_seat.c.state == state).label(state.value) for state in _OWING),
        func.coalesce(
            func.min(_seat.c.due_at).filter(_seat.c.state != SeatState.SUBMITTED),
            func.max(_seat.c.due_at),
        ).label("due_at"),
    )
    .join(_seat, _seat.c.id == _holders.c.seat_id)
    .where(
        _seat.c.call_id == bindparam("call"),
        _seat.c.state.in_(_OWING),
        _seat.c.proposal_id.in_(
            select(_proposal.c.id).where(
                _proposal.c.call_id == bindparam("call"), _proposal.c.state.in_(JUDGED)
            )
        ),
    )
    .group_by(_holders.c.account_id)
    .subquery()
)


_certified = table_of(Certified)


_OWED = (
    select(
        _counted.c.account_id,
        _person.c.name,
        *_counted.c[1:],
        select(func.count())
        .where(
            _certified.c.call_id == bindparam("call"),
            _certified.c.account_id == _counted.c.account_id,
        )
        .correlate(_counted)
        .scalar_subquery(),
    )
    .join(_person, _person.c.account_id == _counted.c.account_id)
    .order_by((_counted.c.invited + _counted.c.accepted).desc(), _person.c.name)
)


def owed_in(call_id: str) -> list[Owed]:
    """Return each reviewer's seats by state, who owes most first; one grouped query."""
    return list(map(Owed._make, rows(_OWED, {"call": call_id})))


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
