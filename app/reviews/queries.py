"""Reads of seats and reviews. A reviewer's own seats are found through their one narrow door."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import load_only

from app.accounts.models import Person
from app.calls import queries as calls
from app.calls.models import Call
from app.core.db import Json, db, door, table_of
from app.core.lens import Door
from app.proposals.models import Proposal, ProposalState, Version
from app.reviewers.models import Seat, SeatHolder, SeatState
from app.reviewers.rules import JUDGED
from app.reviews.models import Review, ReviewState
from app.reviews.rules import Measure, Place, Written
from scoring.weighting import Criterion, Scale


@dataclass(frozen=True, slots=True)
class Opened:
    """A seat of one's own with all that its page needs, and the place that policies judge."""

    seat: Seat
    proposal: Proposal
    version: Version
    call: Call
    review: Review | None
    place: Place


_holders = table_of(SeatHolder)
_HELD_BY = select(_holders.c.seat_id).where(_holders.c.account_id == bindparam("account"))
_HOLDS = _HELD_BY.where(_holders.c.seat_id == bindparam("seat"))


def own_seat_ids(account_id: str) -> list[str]:
    """Return the ids of the seats somebody holds, in whatever state; nothing else leaves."""
    with door(Door.OWN_SEATS):
        return list(db.session.scalars(_HELD_BY, {"account": account_id}))


def _is_own(account_id: str, seat_id: str) -> bool:
    with door(Door.OWN_SEATS):
        found = db.session.scalar(_HOLDS, {"account": account_id, "seat": seat_id})
    return found is not None


def opened(account_id: str, seat_id: str) -> Opened | None:
    """Return a seat that somebody holds; None for an absent seat and for another's alike."""
    if not _is_own(account_id, seat_id):
        return None
    row = db.session.execute(_ONE, {"seat": seat_id}).one_or_none()
    return _opened(account_id, row) if row else None


def own_seats(account_id: str) -> list[Opened]:
    """Return somebody's seats, those of the next deadline first; two queries whatever their
    number."""
    rows = db.session.execute(_LISTED, {"own": own_seat_ids(account_id)})
    return [_opened(account_id, row) for row in rows]


def _seats() -> Select[Seat, Proposal, Version, Call, Review | None]:
    return (
        select(Seat, Proposal, Version, Call, Review)
        .join(Proposal, Proposal.id == Seat.proposal_id)
        .join(Version, Version.id == Proposal.version_id)
        .join(Call, Call.id == Seat.call_id)
        .outerjoin(Review, Review.seat_id == Seat.id)
    )


_ONE = _seats().where(Seat.id == bindparam("seat"))

# Built once, and without the texts: a list names proposals and reviews, and reads neither.
_LISTED = (
    _seats()
    .where(Seat.id.in_(bindparam("own", expanding=True)))
    .order_by(Seat.due_at, Call.code, Proposal.number)
    .options(
        load_only(Version.title),
        load_only(Review.state, Review.changes, Review.revision),
        load_only(
            Call.code,
            Call.title,
            Call.fictional,
            Call.state,
            Call.zone,
            Call.opens_at,
            Call.closes_at,
        ),
    )
)


def _opened(account_id: str, row: Row[Seat, Proposal, Version, Call, Review | None]) -> Opened:
    seat, proposal, version, call, review = row
    place = Place(
        holder=account_id,
        call_id=call.id,
        state=seat.state,
        proposal=proposal.state,
        phase=calls.phase(call),
    )
    return Opened(seat, proposal, version, call, review, place)


def measure_of(call: Call) -> Measure:
    """Return what a call judges and on which scale, as the scoring package takes it."""
    return Measure(
        criteria=tuple(
            Criterion(criterion.key, criterion.label, Decimal(criterion.weight))
            for criterion in calls.criteria_of(call.id)
        ),
        scale=Scale(
            best=Decimal(call.scale_best),
            worst=Decimal(call.scale_worst),
            step=Decimal(call.scale_step),
        ),
    )


def working(review: Review | None) -> Written:
    """Return a review as its writer goes on with it: what changed since it was submitted, else
    what stands."""
    if review is None:
        return Written({}, {}, None, "", "")
    if review.changes:
        return Written(**review.changes)
    return standing(review)


def standing(review: Review) -> Written:
    return Written(
        grades=review.grades,
        reasons=review.reasons,
        confidence=review.confidence,
        to_applicant=review.to_applicant,
        to_panel=review.to_panel,
    )


# --- for staff and for the ranking ---------------------------------------------------------------


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


class StateCount(NamedTuple):
    """How many seats of one proposal are in one state."""

    proposal_id: str
    number: str
    title: str
    proposal_state: ProposalState
    state: SeatState | None
    seats: int


def seats_by_state(call_id: str) -> list[StateCount]:
    """Return the seats of each proposal in review counted by state; one grouped query."""
    rows = db.session.execute(
        select(
            Proposal.id,
            Proposal.number,
            Version.title,
            Proposal.state,
            Seat.state,
            func.count(Seat.id),
        )
        .join(Version, Version.id == Proposal.version_id)
        .outerjoin(Seat, Seat.proposal_id == Proposal.id)
        .where(Proposal.call_id == call_id, Proposal.state.in_(JUDGED))
        .group_by(Proposal.id, Proposal.number, Version.title, Proposal.state, Seat.state)
        .order_by(Proposal.number)
    )
    return [StateCount(*row) for row in rows]  # type: ignore[arg-type]


class Owed(NamedTuple):
    """Somebody who still owes reviews."""

    account_id: str
    name: str
    invited: int
    accepted: int
    submitted: int
    due_at: datetime


def owed_in(call_id: str) -> list[Owed]:
    """Return each reviewer's seats by state, who owes most first; one grouped query."""
    states = (SeatState.INVITED, SeatState.ACCEPTED, SeatState.SUBMITTED)
    counted = [func.count(Seat.id).filter(Seat.state == state) for state in states]
    rows = db.session.execute(
        select(
            SeatHolder.account_id,
            Person.name,
            *counted,
            func.coalesce(
                func.min(Seat.due_at).filter(Seat.state != SeatState.SUBMITTED),
                func.max(Seat.due_at),
            ),
        )
        .join(Seat, Seat.id == SeatHolder.seat_id)
        .join(Proposal, Proposal.id == Seat.proposal_id)
        .join(Person, Person.account_id == SeatHolder.account_id)
        .where(Seat.call_id == call_id, Seat.state.in_(states), Proposal.state.in_(JUDGED))
        .group_by(SeatHolder.account_id, Person.name)
        .order_by((counted[0] + counted[1]).desc(), Person.name)
    )
    return [Owed(*row) for row in rows]  # type: ignore[call-arg,arg-type]
