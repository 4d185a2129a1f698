"""What was funded, as everybody may read it; written at release and not before."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Json, Model
from app.core.lens import EVERYONE, Holds, Lens, sees


class Award(Identified, Model):
    """Money for one proposal."""

    __tablename__ = "award"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_positive"),)
    __lens__ = sees(Holds.PUBLIC, read=EVERYONE, append=[Lens.STAFF])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)  # e.g. ICR26-017-A
    title: Mapped[str]
    summary: Mapped[str]
    lead_name: Mapped[str]
    organisation: Mapped[str]
    country: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    sources: Mapped[list[Any]]  # funder name and minor units
    months: Mapped[int]
    awarded_on: Mapped[date]
    facts: Mapped[Json] = mapped_column(default=dict)  # criterion means and rule trace
    released_at: Mapped[datetime]
