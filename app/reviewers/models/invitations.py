"""Asking people to review: what was asked, what they answered, whom they suggest."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Door, Holds, Lens, May, sees
from app.reviewers.models.pool import STAFF_SIDE


class Answer(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class ReviewInvitation(Identified, Model):
    """One letter that asks one person to review in one call; its link answers it once."""

    __tablename__ = "review_invitation"
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=STAFF_SIDE,
        append=[Lens.STAFF],
        change=[Lens.STAFF],
        doors={Door.INVITATION: May.READ | May.CHANGE},
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    answer: Mapped[Answer] = mapped_column(default=Answer.WAITING)
    reason: Mapped[str] = mapped_column(default="")
    letter_id: Mapped[str] = mapped_column(default="")  # whose delivery staff look at
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class SuggestionState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    TURNED_DOWN = "turned-down"


class Suggestion(Identified, Model):
    """Somebody whom an invited person suggests instead. Marked as that, and asked by nobody
    before staff decide."""

    __tablename__ = "suggestion"
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=STAFF_SIDE,
        change=[Lens.STAFF],
        doors={Door.INVITATION: May.APPEND},
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    by_account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    email: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    state: Mapped[SuggestionState] = mapped_column(default=SuggestionState.WAITING)
    suggested_at: Mapped[datetime]
