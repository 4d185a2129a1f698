"""Whom a call may ask to review."""

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Door, Holds, Lens, May, sees

STAFF_SIDE = (Lens.STAFF, Lens.AUDITOR)


class ReviewerKind(StrEnum):
    EXPERT = "expert"
    PATIENT = "patient"  # patient or public
    EARLY_CAREER = "early-career"


class PoolMember(Identified, Model):
    """A person whom a call may ask to review."""

    __tablename__ = "pool_member"
    __table_args__ = (UniqueConstraint("call_id", "account_id"),)
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=STAFF_SIDE,
        append=[Lens.STAFF],
        change=[Lens.STAFF],
        doors={Door.OWN_SEATS: May.READ},  # whether one's own form is the one in plain words
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[ReviewerKind] = mapped_column(default=ReviewerKind.EXPERT)
    expertise: Mapped[str] = mapped_column(default="")
    most: Mapped[int] = mapped_column(default=8)  # proposals at the most
