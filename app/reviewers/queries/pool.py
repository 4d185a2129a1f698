"""Reads of the pool: whom a call may ask to review, and how much they have."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core.db import db, door
from app.core.lens import Door
from app.reviewers.models import (
    Nomination,
    NominationState,
    PoolMember,
    ReviewerKind,
    ReviewerProfile,
    Seat,
    SeatHolder,
    SeatState,
    Tie,
    Unavailability,
)
from app.reviewers.rules import LIVE, Away, Known, Profile


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
    self_nominated: bool = False
    mentor: str | None = None
    ror: str = ""
    parents: Sequence[str] = ()
    codes: Sequence[str] = ()
    cancers: Sequence[str] = ()
    languages: Sequence[str] = ()
    statement: str = ""
    mentor_email: str | None = None


_LISTS = frozenset(
    PoolRow._fields.index(name) for name in ("parents", "codes", "cancers", "languages")
)


def pool_of(call_id: str) -> list[PoolRow]:
    """Return the reviewers of a call by name, with their load, in one query."""
    mentor = aliased(Person)
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
            PoolMember.self_nominated,
            mentor.name,
            func.coalesce(ReviewerProfile.ror, ""),
            ReviewerProfile.parents,
            ReviewerProfile.codes,
            ReviewerProfile.cancers,
            ReviewerProfile.languages,
            func.coalesce(ReviewerProfile.statement, ""),
            mentor.email,
        )
        .join(Person, Person.account_id == PoolMember.account_id)
        .outerjoin(ReviewerProfile, ReviewerProfile.account_id == PoolMember.account_id)
        .outerjoin(mentor, mentor.account_id == PoolMember.mentor_id)
        .outerjoin(counts, counts.c.account_id == PoolMember.account_id)
        .where(PoolMember.call_id == call_id)
        .order_by(func.lower(Person.name), PoolMember.account_id)
    )
    return [
        PoolRow(*(() if cell is None and at in _LISTS else cell for at, cell in enumerate(row)))  # type: ignore[arg-type]
        for row in rows
    ]


def member(call_id: str, account_id: str) -> PoolMember | None:
    return db.session.scalar(
        select(PoolMember).where(PoolMember.call_id == call_id, PoolMember.account_id == account_id)
    )


def name_of(account_id: str) -> str:
    return db.session.scalar(select(Person.name).where(Person.account_id == account_id)) or ""


def profile_of(account_id: str) -> Profile:
    """Return what is known of somebody across calls; with nothing known, an empty profile."""
    known = db.session.get(ReviewerProfile, account_id)
    away = away_by_account([account_id]).get(account_id, [])
    if known is None:
        return Profile(away=tuple(away))
    return Profile(
        ror=known.ror,
        parents=tuple(known.parents),
        codes=tuple(known.codes),
        cancers=tuple(known.cancers),
        languages=tuple(known.languages),
        statement=known.statement,
        away=tuple(away),
    )


def away_by_account(account_ids: Iterable[str]) -> dict[str, list[Away]]:
    """Return when each of these people cannot review, in order of days."""
    found: dict[str, list[Away]] = {}
    for row in db.session.scalars(
        select(Unavailability)
        .where(Unavailability.account_id.in_(list(account_ids)))
        .order_by(Unavailability.first_day, Unavailability.id)
    ):
        away = Away(date.fromisoformat(row.first_day), date.fromisoformat(row.last_day))
        found.setdefault(row.account_id, []).append(away)
    return found


def emails_in_pool(call_id: str) -> dict[str, str]:
    """Return the account ids of the pool by the keys of their addresses."""
    rows = db.session.execute(
        select(Person.email_key, Person.account_id)
        .join(PoolMember, PoolMember.account_id == Person.account_id)
        .where(PoolMember.call_id == call_id)
    )
    return {row.email_key: row.account_id for row in rows}


def ties_of(account_ids: Iterable[str]) -> set[tuple[str, Known]]:
    """Return whom these people work with, without the names as they were written."""
    rows = db.session.scalars(select(Tie).where(Tie.account_id.in_(list(account_ids))))
    return {
        (tie.account_id, Known(tie.source, "", tie.name_key, tie.email_key, tie.orcid))
        for tie in rows
    }


class NominationRow(NamedTuple):
    """Somebody who offered themselves, as staff see it."""

    id: str
    account_id: str
    name: str
    email: str
    organisation: str
    kind: ReviewerKind
    codes: Sequence[str]
    keywords: str
    statement: str
    state: NominationState


def nominations_of(call_id: str) -> list[NominationRow]:
    rows = db.session.execute(
        select(
            Nomination.id,
            Nomination.account_id,
            Person.name,
            Person.email,
            Person.organisation,
            Nomination.kind,
            Nomination.codes,
            Nomination.keywords,
            Nomination.statement,
            Nomination.state,
        )
        .join(Person, Person.account_id == Nomination.account_id)
        .where(Nomination.call_id == call_id)
        .order_by(Nomination.offered_at, Nomination.id)
    )
    return [NominationRow(*row) for row in rows]


def has_offered(call_id: str, account_id: str) -> bool:
    """Whether somebody offered themselves; through the door to what is one's own."""
    with door(Door.OWN_SEATS):
        found = db.session.scalar(
            select(Nomination.id).where(
                Nomination.call_id == call_id, Nomination.account_id == account_id
            )
        )
    return found is not None
