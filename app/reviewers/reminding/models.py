"""Who was reminded of what, so that nothing is said twice; and who wants no reminders.

Reminders of drafts stand apart from those of reviews: who holds a draft is nothing for the staff.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Holds, Lens, sees
from app.reviewers.models import STAFF_SIDE


class ReviewReminder(Identified, Model):
    """Somebody was reminded of the reviews they owe in a call, at a stage such as before-7."""

    __tablename__ = "review_reminder"
    __table_args__ = (UniqueConstraint("account_id", "call_id", "stage"),)
    __lens__ = sees(Holds.REVIEWER_IDENTITY, read=STAFF_SIDE, append=[Lens.STAFF])

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    stage: Mapped[str]
    day: Mapped[str] = mapped_column(index=True)  # ISO date of the digest
    letter_id: Mapped[str] = mapped_column(ForeignKey("letter.id"))
    sent_at: Mapped[datetime]


class DraftReminder(Identified, Model):
    """Somebody was reminded of a draft before the deadline. Only jobs read it."""

    __tablename__ = "draft_reminder"
    __table_args__ = (UniqueConstraint("account_id", "proposal_id", "stage"),)
    __lens__ = sees(Holds.APPLICANT_IDENTITY)

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    stage: Mapped[str]
    day: Mapped[str] = mapped_column(index=True)
    letter_id: Mapped[str] = mapped_column(ForeignKey("letter.id"))


class NoReminders(Model):
    """Somebody asked for no reminders."""

    __tablename__ = "no_reminders"
    __lens__ = sees(
        Holds.OWNER,
        read=[Lens.APPLICANT, *STAFF_SIDE],
        append=[Lens.APPLICANT],
        change=[Lens.APPLICANT],
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    since: Mapped[datetime]
