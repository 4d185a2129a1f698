"""Why a person must not touch a proposal."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Holds, Lens, sees
from app.reviewers.models.pool import STAFF_SIDE


class ConflictKind(StrEnum):
    ORGANISATION = "organisation"
    COLLABORATOR = "collaborator"
    SUPERVISOR = "supervisor"
    FAMILY = "family"
    FINANCIAL = "financial"
    SAME_PERSON = "same-person"
    OTHER = "other"


class Conflict(Identified, Model):
    """Why a person must not touch a proposal."""

    __tablename__ = "conflict"
    __table_args__ = (UniqueConstraint("proposal_id", "account_id", "kind"),)
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=STAFF_SIDE,
        append=[Lens.STAFF, Lens.REVIEWER],
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[ConflictKind]
    declared: Mapped[bool]  # by the person; else found by us
    entered_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))  # of the staff
    detail: Mapped[str] = mapped_column(default="")
    found_at: Mapped[datetime]
