"""Reads of seats: who judges what, and what is left to give."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.accounts.models import Person
from app.core.db import db
from app.reviewers.models import (
    STANDS,
    Conflict,
    Decline,
    Seat,
    SeatHolder,
    SeatState,
    ShownIdentity,
)
from app.reviewers.rules import LIVE


class SeatRow(NamedTuple):
    """A seat with its holder, as the staff's pages show it."""

    id: str
    proposal_id: str
    letter: str
    state: SeatState
    due_at: datetime
    account_id: str
    name: str
    declined_because: str | None


def seats_of(call_id: str, proposal_id: str = "") -> list[SeatRow]:
    """Return the seats of a call, or of one proposal, by letter; one query."""
    statement = (
        select(
            Seat.id,
            Seat.proposal_id,
            Seat.letter,
            Seat.state,
            Seat.due_at,
            SeatHolder.account_id,
            Person.name,
            Decline.reason,
        )
        .join(SeatHolder, SeatHolder.seat_id == Seat.id)
        .join(Person, Person.account_id == SeatHolder.account_id)
        .outerjoin(Decline, Decline.seat_id == Seat.id)
        .where(Seat.call_id == call_id)
        .order_by(Seat.letter)
    )
    if proposal_id:
        statement = statement.where(Seat.proposal_id == proposal_id)
    return [SeatRow(*row) for row in db.session.execute(statement)]


def get_seat(call_id: str, seat_id: str) -> Seat | None:
    return db.session.scalar(select(Seat).where(Seat.id == seat_id, Seat.call_id == call_id))


def seat_of_person(proposal_id: str, account_id: str) -> Seat | None:
    """Return the seat the person has or had at this proposal."""
    return db.session.scalar(
        select(Seat)
        .join(SeatHolder, SeatHolder.seat_id == Seat.id)
        .where(SeatHolder.proposal_id == proposal_id, SeatHolder.account_id == account_id)
    )


def live_seats_of_conflicted(call_id: str) -> list[Seat]:
    """Return seats still held by somebody with a known conflict."""
    return list(
        db.session.scalars(
            select(Seat)
            .join(SeatHolder, SeatHolder.seat_id == Seat.id)
            .where(
                Seat.call_id == call_id,
                Seat.state.in_(LIVE),
                select(Conflict.id)
                .where(
                    Conflict.proposal_id == SeatHolder.proposal_id,
                    Conflict.account_id == SeatHolder.account_id,
                    STANDS,
                )
                .exists(),
            )
            .order_by(Seat.id)
        )
    )


def letters_taken(proposal_id: str) -> list[str]:
    return list(db.session.scalars(select(Seat.letter).where(Seat.proposal_id == proposal_id)))


def load_of(call_id: str, account_id: str) -> int:
    found = db.session.scalar(
        select(func.count(Seat.id))
        .join(SeatHolder, SeatHolder.seat_id == Seat.id)
        .where(
            Seat.call_id == call_id,
            SeatHolder.account_id == account_id,
            Seat.state.in_(LIVE),
        )
    )
    return int(found or 0)


def shown_identity(seat_id: str) -> ShownIdentity | None:
    """Return who applies as far as the holder of the seat is told by now."""
    return db.session.get(ShownIdentity, seat_id)
