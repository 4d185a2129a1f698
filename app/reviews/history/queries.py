"""Reads of how people reviewed: of this call, and of calls that are over."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import func, or_, select

from app.calls.models import Call, CallState
from app.core.db import db
from app.proposals.models import Proposal, Version
from app.reviewers.models import (
    Answer,
    Helpfulness,
    PoolMember,
    ReviewInvitation,
    Seat,
    SeatHolder,
    SeatState,
)
from app.reviewers.rules import JUDGED
from app.reviews.history.rules import History, days_late
from app.reviews.models import Review, ReviewState, ReviewVersion

OVER = (CallState.RELEASED, CallState.ARCHIVED)


def histories(call_id: str) -> dict[str, History]:
    """Return the history of everybody in a pool; two queries whatever their number.

    Of other calls only those count that are over: what happens in a running one is for its own
    staff, and numbers that grow would tell who reviews there.
    """
    pool = select(PoolMember.account_id).where(PoolMember.call_id == call_id)
    counted = select(Call.id).where(or_(Call.id == call_id, Call.state.in_(OVER)))
    seats = db.session.execute(
        select(
            SeatHolder.account_id,
            Seat.state,
            Seat.due_at,
            func.min(ReviewVersion.submitted_at).label("submitted_at"),
            Helpfulness.rating,
        )
        .join(Seat, Seat.id == SeatHolder.seat_id)
        .outerjoin(ReviewVersion, ReviewVersion.seat_id == Seat.id)
        .outerjoin(Helpfulness, Helpfulness.seat_id == Seat.id)
        .where(SeatHolder.account_id.in_(pool), Seat.call_id.in_(counted))
        .group_by(SeatHolder.account_id, Seat.id, Seat.state, Seat.due_at, Helpfulness.rating)
    ).all()
    asked = db.session.execute(
        select(ReviewInvitation.account_id, ReviewInvitation.answer).where(
            ReviewInvitation.account_id.in_(pool), ReviewInvitation.call_id.in_(counted)
        )
    ).all()
    found: dict[str, dict[str, list[object]]] = {}
    for seat in seats:
        kept = found.setdefault(seat.account_id, {"states": [], "late": [], "ratings": []})
        kept["states"].append(seat.state)
        if seat.submitted_at is not None and (days := days_late(seat.due_at, seat.submitted_at)):
            kept["late"].append(days)
        if seat.rating is not None:
            kept["ratings"].append(seat.rating)
    for one in asked:
        kept = found.setdefault(one.account_id, {"states": [], "late": [], "ratings": []})
        kept["states"].append(one.answer)
    return {account_id: _history(**kept) for account_id, kept in found.items()}


def _history(states: list[object], late: list[object], ratings: list[object]) -> History:
    yes = (SeatState.ACCEPTED, SeatState.SUBMITTED, Answer.ACCEPTED)
    no = (SeatState.DECLINED, Answer.DECLINED)
    return History(
        asked=len(states),
        accepted=sum(one in yes for one in states),
        declined=sum(one in no for one in states),
        submitted=sum(one is SeatState.SUBMITTED for one in states),
        late=tuple(int(str(days)) for days in late),
        ratings=tuple(int(str(rating)) for rating in ratings),
    )


# --- one proposal --------------------------------------------------------------------------------


class Written(NamedTuple):
    """A submitted review with its letter and how it was rated."""

    letter: str
    review: Review
    rating: int | None


def reviews_of(proposal_id: str) -> Sequence[Written]:
    """Return the reviews of a proposal that count, by letter."""
    rows = db.session.execute(
        select(Seat.letter, Review, Helpfulness.rating)
        .join(Seat, Seat.id == Review.seat_id)
        .outerjoin(Helpfulness, Helpfulness.seat_id == Seat.id)
        .where(
            Review.proposal_id == proposal_id,
            Review.state == ReviewState.SUBMITTED,
            Seat.state == SeatState.SUBMITTED,
        )
        .order_by(Seat.letter)
    )
    return [Written(*row) for row in rows]


def judged(call_id: str, proposal_id: str) -> tuple[str, str] | None:
    """Return number and title of a proposal in review in the call."""
    row = db.session.execute(
        select(Proposal.number, Version.title)
        .join(Version, Version.id == Proposal.version_id)
        .where(Proposal.id == proposal_id, Proposal.call_id == call_id, Proposal.state.in_(JUDGED))
    ).one_or_none()
    return (str(row.number), row.title) if row else None


def ratings_of(seat_ids: Iterable[str]) -> dict[str, Helpfulness]:
    rows = db.session.scalars(select(Helpfulness).where(Helpfulness.seat_id.in_(list(seat_ids))))
    return {one.seat_id: one for one in rows}
