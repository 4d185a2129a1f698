"""The outbox: letters are rows of the deciding transaction; sending follows."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Door, Holds, Lens, May, sees


class LetterState(StrEnum):
    HELD = "held"  # waits for somebody to release it
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


# What becomes of a letter, without to whom it goes and what it says: in a sealed call either names
# who applies.
_DELIVERY = (
    "id", "about_id", "kind", "state", "created_at", "sent_at", "attempts", "trouble",
)  # fmt: skip


class Letter(Identified, Model):
    """One mail to one account. The address is looked up when it is sent."""

    __tablename__ = "letter"
    __recorded__ = False  # the use case that writes it records what happened
    __table_args__ = (Index(None, "state", "created_at"),)
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=[Lens.STAFF, Lens.AUDITOR],
        change=[Lens.STAFF],
        doors={Door.OUTBOX: May.APPEND | May.READ},
        columns={
            Lens.STAFF: _DELIVERY,
            Door.OUTBOX: ("id", "account_id", "about_id", "kind", "created_at"),
        },
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    about_id: Mapped[str] = mapped_column(default="", index=True)  # call, proposal or seat
    kind: Mapped[str]  # e.g. proposals.receipt
    subject: Mapped[str]
    body: Mapped[str]
    attachments: Mapped[list[Any]] = mapped_column(default=list)  # file keys with names
    state: Mapped[LetterState] = mapped_column(default=LetterState.WAITING)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(default="")
