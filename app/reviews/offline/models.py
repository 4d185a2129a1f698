"""Packs that reviewers asked for. Whose they are is nobody else's to know, staff included."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Door, Holds, Lens, May, sees


class PackState(StrEnum):
    ASKED = "asked"  # being made
    READY = "ready"
    FAILED = "failed"


class ReviewPack(Identified, Model):
    """One ZIP for one person: the proposals of `seats`, blinded, and a form to fill in. A job
    makes it; it is handed out while every one of its seats may still be read."""

    __tablename__ = "review_pack"
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY, append=[Lens.REVIEWER], doors={Door.OWN_SEATS: May.READ}
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    state: Mapped[PackState] = mapped_column(default=PackState.ASKED)
    seats: Mapped[list[Any]]  # ids
    file_key: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
