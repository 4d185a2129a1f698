"""Why a person must not touch a proposal."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Door, Holds, Lens, May, sees
from app.reviewers.models.pool import STAFF_SIDE


class ConflictKind(StrEnum):
    ORGANISATION = "organisation"
    COLLABORATOR = "collaborator"
    SUPERVISOR = "supervisor"
    FAMILY = "family"
    FINANCIAL = "financial"
    SAME_PERSON = "same-person"
    COUNTRY = "country"  # where the call's terms count it
    OTHER = "other"


class Conflict(Identified, Model):
    """Why a person must not touch a proposal. Set aside, it is kept and counts no more."""

    __tablename__ = "conflict"
    __table_args__ = (UniqueConstraint("proposal_id", "account_id", "kind", "declared"),)
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=STAFF_SIDE,
        append=[Lens.STAFF, Lens.REVIEWER, Lens.PANEL],
        change=[Lens.STAFF],
        doors={Door.INTERESTS: May.READ},
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[ConflictKind]
    declared: Mapped[bool]  # by the person; else found by us
    entered_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))  # of the staff
    detail: Mapped[str] = mapped_column(default="")
    found_at: Mapped[datetime]
    set_aside_at: Mapped[datetime | None]
    set_aside_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    set_aside_because: Mapped[str] = mapped_column(default="")


STANDS = Conflict.set_aside_at.is_(None)


class TieSource(StrEnum):
    """Where we know from that two people work together."""

    DECLARED = "declared"  # by the reviewer, or on a list they gave
    PUBLICATION = "publication"


class Tie(Identified, Model):
    """Somebody a reviewer works or published with, whether or not they have an account here."""

    __tablename__ = "tie"
    __table_args__ = (UniqueConstraint("account_id", "source", "name_key", "email_key", "orcid"),)
    __lens__ = sees(Holds.REVIEWER_IDENTITY, read=STAFF_SIDE, append=[Lens.STAFF])

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    source: Mapped[TieSource]
    name: Mapped[str]
    name_key: Mapped[str]  # its words in order of the alphabet, without case and accents
    email_key: Mapped[str] = mapped_column(default="")
    orcid: Mapped[str] = mapped_column(default="")
    year: Mapped[int | None]


class CertifiedWhen(StrEnum):
    END = "end"  # of each review alone it is said as it is submitted, and the ledger has it


class Certified(Identified, Model):
    """Somebody said again that they have no conflict of interest in what they judged."""

    __tablename__ = "certified"
    __table_args__ = (UniqueConstraint("call_id", "account_id", "at_stage", "seat_id"),)
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=STAFF_SIDE,
        append=[Lens.REVIEWER],
        doors={Door.OWN_SEATS: May.READ},
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    seat_id: Mapped[str] = mapped_column(default="")  # empty at the end: it is about all
    at_stage: Mapped[CertifiedWhen]
    certified_at: Mapped[datetime]
