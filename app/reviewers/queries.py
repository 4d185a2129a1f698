"""Reads of the pool, of conflicts and of seats, for the staff who may know who reviews."""

import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.rules import email_key
from app.core import clock
from app.core.db import db
from app.notifications.models import Letter
from app.proposals.models import Proposal, ProposalMember, Version, VersionIdentity
from app.reviewers.models import (
    Conflict,
    ConflictKind,
    Decline,
    PoolMember,
    ReviewerKind,
    Seat,
    SeatHolder,
    SeatState,
    ShownIdentity,
)
from app.reviewers.rules import LIVE, Applied, Judge, Organisation

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\".]{2,}")


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


# --- conflicts -----------------------------------------------------------------------------------


def judges_of(call_id: str) -> list[Judge]:
    rows = db.session.execute(
        select(PoolMember.account_id, Person.email_key, Person.organisation, Person.country)
        .join(Person, Person.account_id == PoolMember.account_id)
        .where(PoolMember.call_id == call_id)
        .order_by(PoolMember.account_id)
    )
    return [Judge(row[0], row[1], Organisation(row[2], row[3])) for row in rows]


def applied_in(call_id: str) -> list[Applied]:
    """Return who stands behind each submitted proposal of a call, by number, in two queries."""
    behind: dict[str, list[Any]] = {}
    for row in db.session.execute(
        select(
            ProposalMember.proposal_id,
            ProposalMember.account_id,
            Person.email_key,
            Person.organisation,
            Person.country,
        )
        .join(Person, Person.account_id == ProposalMember.account_id)
        .join(Proposal, Proposal.id == ProposalMember.proposal_id)
        .where(Proposal.call_id == call_id, Proposal.version_id.is_not(None))
    ):
        behind.setdefault(row.proposal_id, []).append(row)
    submitted = db.session.execute(
        select(
            Proposal.id,
            VersionIdentity.organisation,
            VersionIdentity.country,
            VersionIdentity.answers,
        )
        .join(VersionIdentity, VersionIdentity.version_id == Proposal.version_id)
        .where(Proposal.call_id == call_id)
        .order_by(Proposal.number)
    )
    return [_applied(row, behind.get(row.id, [])) for row in submitted]


def _applied(row: Any, people: list[Any]) -> Applied:  # noqa: ANN401 - rows of columns
    written = (str(answer) for answer in row.answers.values())
    return Applied(
        proposal_id=row.id,
        organisations=tuple(
            dict.fromkeys(
                [
                    Organisation(row.organisation, row.country),
                    *(Organisation(p.organisation, p.country) for p in people),
                ]
            )
        ),
        account_ids=frozenset(p.account_id for p in people),
        email_keys=frozenset(
            [
                *(p.email_key for p in people),
                *(email_key(found) for text in written for found in _ADDRESS.findall(text)),
            ]
        ),
    )


class ConflictRow(NamedTuple):
    """A known conflict as the staff's list shows it."""

    proposal_id: str
    account_id: str
    number: str
    title: str
    name: str
    kind: ConflictKind
    declared: bool
    entered_by: str | None
    detail: str
    found_at: datetime


def conflicts_of(call_id: str) -> list[ConflictRow]:
    rows = db.session.execute(
        select(
            Conflict.proposal_id,
            Conflict.account_id,
            Proposal.number,
            Version.title,
            Person.name,
            Conflict.kind,
            Conflict.declared,
            Conflict.entered_by,
            Conflict.detail,
            Conflict.found_at,
        )
        .join(Proposal, Proposal.id == Conflict.proposal_id)
        .join(Version, Version.id == Proposal.version_id)
        .join(Person, Person.account_id == Conflict.account_id)
        .where(Conflict.call_id == call_id)
        .order_by(Proposal.number, Person.name, Conflict.kind)
    )
    return [ConflictRow(*row) for row in rows]  # type: ignore[call-arg,arg-type]


def known_conflicts(call_id: str) -> set[tuple[str, str, ConflictKind]]:
    """Return the known conflicts of a call as proposal, account and kind."""
    rows = db.session.execute(
        select(Conflict.proposal_id, Conflict.account_id, Conflict.kind).where(
            Conflict.call_id == call_id
        )
    )
    return {(row.proposal_id, row.account_id, row.kind) for row in rows}


def has_conflict(call_id: str, account_id: str) -> bool:
    found = select(Conflict.id).where(
        Conflict.call_id == call_id, Conflict.account_id == account_id
    )
    return db.session.scalar(found.limit(1)) is not None


def owes_review(call_id: str, account_id: str) -> bool:
    """Whether somebody holds a seat in a call whose review is not in."""
    owed = (
        select(Seat.id)
        .join(SeatHolder, SeatHolder.seat_id == Seat.id)
        .where(
            Seat.call_id == call_id,
            SeatHolder.account_id == account_id,
            Seat.state.in_([SeatState.INVITED, SeatState.ACCEPTED]),
        )
    )
    return db.session.scalar(owed.limit(1)) is not None


def conflicts_between(proposal_id: str, account_id: str) -> list[Conflict]:
    return list(
        db.session.scalars(
            select(Conflict)
            .where(Conflict.proposal_id == proposal_id, Conflict.account_id == account_id)
            .order_by(Conflict.kind)
        )
    )


# --- seats ---------------------------------------------------------------------------------------


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


def name_of(account_id: str) -> str:
    return db.session.scalar(select(Person.name).where(Person.account_id == account_id)) or ""


def shown_identity(proposal_id: str) -> ShownIdentity | None:
    return db.session.get(ShownIdentity, proposal_id)


def told_lately(account_id: str, kind: str, about_id: str, within: timedelta) -> bool:
    """Whether the person was written such a letter about this a short while ago."""
    found = db.session.scalar(
        select(Letter.id)
        .where(
            Letter.account_id == account_id,
            Letter.kind == kind,
            Letter.about_id == about_id,
            Letter.created_at > clock.now() - within,
        )
        .limit(1)
    )
    return found is not None
