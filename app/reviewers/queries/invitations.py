"""Reads of invitations: for staff, and through a door of their own for whoever answers."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core.db import db, door
from app.core.lens import Door
from app.notifications.models import Letter, LetterState
from app.reviewers.models import Answer, ReviewInvitation, Seat, SeatHolder, SeatState, Suggestion


class InvitationRow(NamedTuple):
    """An invitation with its delivery, as staff see it."""

    id: str
    account_id: str
    name: str
    asked_at: datetime
    answer: Answer
    reason: str
    answered_at: datetime | None
    delivery: LetterState | None
    trouble: str

    @property
    def holds(self) -> bool:
        """Whether asking again would be one letter too many."""
        failed = self.answer is Answer.WAITING and self.delivery is LetterState.FAILED
        return self.answer is not Answer.DECLINED and not failed


def invitations_of(call_id: str) -> list[InvitationRow]:
    """Return the invitations of a call, the last first; one query."""
    rows = db.session.execute(
        select(
            ReviewInvitation.id,
            ReviewInvitation.account_id,
            Person.name,
            ReviewInvitation.asked_at,
            ReviewInvitation.answer,
            ReviewInvitation.reason,
            ReviewInvitation.answered_at,
            Letter.state,
            func.coalesce(Letter.trouble, ""),
        )
        .join(Person, Person.account_id == ReviewInvitation.account_id)
        .outerjoin(Letter, Letter.id == ReviewInvitation.letter_id)
        .where(ReviewInvitation.call_id == call_id)
        .order_by(ReviewInvitation.asked_at.desc(), func.lower(Person.name), ReviewInvitation.id)
    )
    return [InvitationRow(*row) for row in rows]


def declined_in(call_id: str) -> list[str]:
    """Return whose last invitation to a call was declined: who was asked again is not among
    them."""
    rows = db.session.execute(
        select(ReviewInvitation.account_id, ReviewInvitation.answer)
        .where(ReviewInvitation.call_id == call_id)
        .order_by(ReviewInvitation.asked_at, ReviewInvitation.id)
    )
    last = {row.account_id: row.answer for row in rows}
    return [account_id for account_id, answer in last.items() if answer is Answer.DECLINED]


class SuggestionRow(NamedTuple):
    id: str
    name: str
    email: str
    why: str
    state: str
    by: str


def suggestions_of(call_id: str) -> list[SuggestionRow]:
    by = aliased(Person)
    rows = db.session.execute(
        select(
            Suggestion.id,
            Suggestion.name,
            Suggestion.email,
            Suggestion.why,
            Suggestion.state,
            by.name,
        )
        .join(by, by.account_id == Suggestion.by_account_id)
        .where(Suggestion.call_id == call_id)
        .order_by(Suggestion.suggested_at, Suggestion.id)
    )
    return [SuggestionRow(*row) for row in rows]


def get_suggestion(call_id: str, suggestion_id: str) -> Suggestion | None:
    return db.session.scalar(
        select(Suggestion).where(Suggestion.call_id == call_id, Suggestion.id == suggestion_id)
    )


# --- for whoever answers ------------------------------------------------------------------------


class Invited(NamedTuple):
    """What the page of the answer needs."""

    call_id: str
    account_id: str
    email: str
    email_key: str


def invited_by(invitation_id: str) -> Invited | None:
    """Return who was invited where, while the answer is awaited."""
    with door(Door.INVITATION):
        row = db.session.execute(
            select(
                ReviewInvitation.call_id,
                ReviewInvitation.account_id,
                Person.email,
                Person.email_key,
            )
            .join(Person, Person.account_id == ReviewInvitation.account_id)
            .where(ReviewInvitation.id == invitation_id, ReviewInvitation.answer == Answer.WAITING)
        ).one_or_none()
    return Invited(*row) if row else None


def awaited_invitation(invitation_id: str) -> ReviewInvitation | None:
    """Return an invitation for its answer, and keep others from answering it meanwhile. The door
    is open already."""
    return db.session.scalar(
        select(ReviewInvitation)
        .where(ReviewInvitation.id == invitation_id, ReviewInvitation.answer == Answer.WAITING)
        .with_for_update()
    )


def offered_seats(call_id: str, account_id: str) -> list[Seat]:
    """Return the seats of a call that somebody was offered and has not answered. The door is open
    already."""
    return list(
        db.session.scalars(
            select(Seat)
            .join(SeatHolder, SeatHolder.seat_id == Seat.id)
            .where(
                SeatHolder.account_id == account_id,
                Seat.call_id == call_id,
                Seat.state == SeatState.INVITED,
            )
        )
    )
