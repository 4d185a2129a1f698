"""A place to judge one proposal; who sits there stands apart from it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Door, Holds, Lens, May, sees
from app.reviewers.models.pool import STAFF_SIDE

# The seats whose holders are told by now who applies.
TOLD_WHO_APPLIES = (
    'SELECT seat.id FROM seat JOIN "call" ON "call".id = seat.call_id WHERE '
    "\"call\".applicants_to_reviewers = 'always' OR "
    "(\"call\".applicants_to_reviewers = 'scored' AND seat.state = 'submitted') OR "
    "(\"call\".applicants_to_reviewers = 'ranking' AND seat.state = 'submitted' AND \"call\".state "
    "IN ('ranking', 'allocating', 'approving', 'released', 'archived'))"
)


class SeatState(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONFLICTED = "conflicted"
    REMOVED = "removed"
    SUBMITTED = "submitted"


class Seat(Identified, Model):
    """A place to judge one proposal. Its letter is drawn at random, so it tells no order."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("proposal_id", "letter"),)
    __lens__ = sees(
        Holds.SCORE,
        read=[Lens.REVIEWER, Lens.PANEL, *STAFF_SIDE],
        append=[Lens.STAFF],
        change=[Lens.STAFF, Lens.REVIEWER],
        doors={Door.INVITATION: May.READ | May.CHANGE, Door.INTERESTS: May.READ},
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    letter: Mapped[str]
    state: Mapped[SeatState] = mapped_column(default=SeatState.INVITED)
    due_at: Mapped[datetime]


class SeatHolder(Model):
    """Who sits there."""

    __tablename__ = "seat_holder"
    __table_args__ = (UniqueConstraint("proposal_id", "account_id"),)
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=STAFF_SIDE,
        append=[Lens.STAFF],
        doors={
            Door.OWN_SEATS: May.READ,
            Door.INVITATION: May.READ,
            Door.INTERESTS: May.READ,
        },
    )

    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id"), primary_key=True)
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)


class Decline(Model):
    """Why somebody would not judge. It may tell who that is, so reviewers cannot read it."""

    __tablename__ = "decline"
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=STAFF_SIDE,
        append=[Lens.REVIEWER],
        change=[Lens.STAFF],
        doors={Door.INVITATION: May.APPEND},
    )

    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id"), primary_key=True)
    reason: Mapped[str]
    declined_at: Mapped[datetime]


class ShownIdentity(Model):
    """Who applies, for the holder of one seat in a call that tells it: written by the staff's
    assignment, never in a call that never tells, and there for the reviewers' pages only from
    the moment on that the call names."""

    __tablename__ = "shown_identity"
    __lens__ = sees(
        Holds.APPLICANT_IDENTITY,
        read=[Lens.REVIEWER, *STAFF_SIDE],
        append=[Lens.STAFF],
        rows={Lens.REVIEWER: f"seat_id IN ({TOLD_WHO_APPLIES})"},
    )

    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id"), primary_key=True)
    lead_name: Mapped[str]
    organisation: Mapped[str]
