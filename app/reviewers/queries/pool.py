"""Reads of the pool: whom a call may ask to review, and how much they have."""

from typing import NamedTuple

from sqlalchemy import func, select

from app.accounts.models import Person
from app.core.db import db
from app.reviewers.models import (
    PoolMember,
    ReviewerKind,
    Seat,
    SeatHolder,
    SeatState,
)
from app.reviewers.rules import LIVE


class PoolRow(NamedTuple):
    """A reviewer of a call; `load` counts seats that are not declined, removed or conflicted."""

    account_id: str
    name: str
    email: str
    organisation: str
    country: str
    kind: ReviewerKind
    expertise: str
    most: int
    load: int
    submitted: int


def pool_of(call_id: str) -> list[PoolRow]:
    """Return the reviewers of a call by name, with their load, in one query."""
    counts = (
        select(
            SeatHolder.account_id,
            func.count(Seat.id).label("load"),
            func.count(Seat.id).filter(Seat.state == SeatState.SUBMITTED).label("submitted"),
        )
        .join(Seat, Seat.id == SeatHolder.seat_id)
        .where(Seat.call_id == call_id, Seat.state.in_(LIVE))
        .group_by(SeatHolder.account_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            PoolMember.account_id,
            Person.name,
            Person.email,
            Person.organisation,
            Person.country,
            PoolMember.kind,
            PoolMember.expertise,
            PoolMember.most,
            func.coalesce(counts.c.load, 0),
            func.coalesce(counts.c.submitted, 0),
        )
        .join(Person, Person.account_id == PoolMember.account_id)
        .outerjoin(counts, counts.c.account_id == PoolMember.account_id)
        .where(PoolMember.call_id == call_id)
        .order_by(func.lower(Person.name), PoolMember.account_id)
    )
    return [PoolRow(*row) for row in rows]


def member(call_id: str, account_id: str) -> PoolMember | None:
    return db.session.scalar(
        select(PoolMember).where(PoolMember.call_id == call_id, PoolMember.account_id == account_id)
    )


def name_of(account_id: str) -> str:
    return db.session.scalar(select(Person.name).where(Person.account_id == account_id)) or ""
