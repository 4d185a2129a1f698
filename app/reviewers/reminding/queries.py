"""Reads of what is owed, of who was reminded, and of who wants no reminders."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.accounts.models import Account, AccountState, Person
from app.calls.models import Call, CallState
from app.core.db import db
from app.notifications.models import Letter, LetterState
from app.proposals.models import Proposal, ProposalMember, ProposalState
from app.reviewers.models import Seat, SeatHolder, SeatState
from app.reviewers.reminding.models import DraftReminder, NoReminders, ReviewReminder
from app.reviewers.reminding.rules import Owed

_OWING = (SeatState.INVITED, SeatState.ACCEPTED)
_OPEN = (ProposalState.DRAFT, ProposalState.RETURNED)


def reviews_owed(call_id: str = "") -> list[Owed]:
    """Return the reviews that people owe in calls in review: one row for each person and call."""
    statement = (
        select(
            SeatHolder.account_id,
            Call.id,
            Call.title,
            func.min(Seat.due_at).label("due_at"),
            Call.zone,
            func.count(Seat.id).label("reviews"),
        )
        .join(Seat, Seat.id == SeatHolder.seat_id)
        .join(Call, Call.id == Seat.call_id)
        .join(Account, Account.id == SeatHolder.account_id)
        .where(
            Seat.state.in_(_OWING),
            Call.state == CallState.REVIEWING,
            Account.state == AccountState.ACTIVE,
        )
        .group_by(SeatHolder.account_id, Call.id, Call.title, Call.zone)
        .order_by(SeatHolder.account_id, Call.id)
    )
    if call_id:
        statement = statement.where(Call.id == call_id)
    return [
        Owed(row.account_id, row.id, row.title, row.due_at, row.zone, row.reviews, row.id)
        for row in db.session.execute(statement)
    ]


def drafts_open(now: datetime) -> list[Owed]:
    """Return drafts in open calls, one row for each who holds one. For jobs."""
    rows = db.session.execute(
        select(
            ProposalMember.account_id, Call.id, Call.title, Call.closes_at, Call.zone,
            Proposal.id.label("proposal_id"),
        )
        .join(Proposal, Proposal.id == ProposalMember.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .join(Account, Account.id == ProposalMember.account_id)
        .where(
            Proposal.state.in_(_OPEN),
            Call.state == CallState.PUBLISHED,
            Call.opens_at <= now,
            Call.closes_at >= now,
            Account.state == AccountState.ACTIVE,
        )
        .order_by(ProposalMember.account_id, Proposal.id)
    )  # fmt: skip
    return [
        Owed(row.account_id, row.id, row.title, row.closes_at, row.zone, 0, row.proposal_id)
        for row in rows
    ]


def stages_sent() -> set[tuple[str, str, str]]:
    """Return account, call or proposal, and stage of everything somebody was reminded of."""
    reviews = db.session.execute(
        select(ReviewReminder.account_id, ReviewReminder.call_id, ReviewReminder.stage)
    )
    drafts = db.session.execute(
        select(DraftReminder.account_id, DraftReminder.proposal_id, DraftReminder.stage)
    )
    return {(row[0], row[1], row[2]) for row in (*reviews, *drafts)}


def written_on(day: str) -> set[str]:
    """Return who had a reminder on a day already. For jobs."""
    return reviewers_written_on(day) | set(
        db.session.scalars(select(DraftReminder.account_id).where(DraftReminder.day == day))
    )


def reviewers_written_on(day: str) -> set[str]:
    return set(
        db.session.scalars(select(ReviewReminder.account_id).where(ReviewReminder.day == day))
    )


def silent() -> set[str]:
    """Return who wants no reminders."""
    return set(db.session.scalars(select(NoReminders.account_id)))


def wants_none(account_id: str) -> NoReminders | None:
    return db.session.get(NoReminders, account_id)


class Late(NamedTuple):
    """Somebody who owes reviews in a call, as the staff see them."""

    account_id: str
    name: str
    reviews: int
    due_at: datetime
    reminded: str  # the last day, or nothing
    letter: LetterState | None


def owing_in(call_id: str) -> list[Late]:
    """Return who owes reviews in a call, the latest first; three queries whatever their number."""
    owed = reviews_owed(call_id)
    people = db.session.execute(
        select(Person.account_id, Person.name)
        .join(SeatHolder, SeatHolder.account_id == Person.account_id)
        .join(Seat, Seat.id == SeatHolder.seat_id)
        .where(Seat.call_id == call_id)
    )
    names = {row.account_id: row.name for row in people}
    reminders = db.session.execute(
        select(ReviewReminder.account_id, ReviewReminder.day, Letter.state)
        .join(Letter, Letter.id == ReviewReminder.letter_id)
        .where(ReviewReminder.call_id == call_id)
        .order_by(ReviewReminder.sent_at)
    )
    last = {row.account_id: (row.day, row.state) for row in reminders}
    rows = [
        Late(
            one.account_id,
            names.get(one.account_id, ""),
            one.reviews,
            one.due_at,
            *last.get(one.account_id, ("", None)),
        )
        for one in owed
    ]
    return sorted(rows, key=lambda row: (row.due_at, row.name))
