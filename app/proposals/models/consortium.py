"""Who applies together: partner organisations and the lead's career. All of it is identity."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import EVERYONE, Holds, Lens, sees


class Organisation(Identified, Model):
    """An entry of the local list that names are typed ahead from; loaded by the operator."""

    __tablename__ = "organisation"
    __lens__ = sees(Holds.PUBLIC, read=EVERYONE)

    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)  # as compared: case-folded, one space
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")  # ISO 3166 alpha-2
    ror: Mapped[str] = mapped_column(default="")  # nine characters, no address around them


class Place(StrEnum):
    """What an organisation is in an application beside the lead organisation."""

    PARTNER = "partner"
    HOST = "host"  # of a fellow
    HOME = "home"  # of a fellow, where it is not the lead organisation


class Confirmation(StrEnum):
    NONE = "none"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class Partner(Identified, Model):
    """An organisation that applies together with the lead organisation.

    What it confirmed is this row as it stood then: any change takes the confirmation away.
    """

    __tablename__ = "partner"
    __table_args__ = (CheckConstraint("budget_minor >= 0", name="budget_not_negative"),)
    __lens__ = sees(
        Holds.APPLICANT_IDENTITY,
        read=[Lens.APPLICANT],
        append=[Lens.APPLICANT],
        change=[Lens.APPLICANT],
    )

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)
    position: Mapped[int]
    place: Mapped[Place] = mapped_column(default=Place.PARTNER)
    name: Mapped[str]
    ror: Mapped[str] = mapped_column(default="")
    country: Mapped[str]
    contact_name: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(default="")
    roles: Mapped[list[Any]] = mapped_column(default=list)  # CRediT terms
    person_months: Mapped[str] = mapped_column(default="")  # decimal as typed
    currency: Mapped[str] = mapped_column(default="")
    budget_minor: Mapped[int] = mapped_column(BigInteger, default=0)  # in `currency`
    confirmation: Mapped[Confirmation] = mapped_column(default=Confirmation.NONE)
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(default="")  # the name typed beside the answer
    revision: Mapped[int] = mapped_column(default=0)


class Background(Model):
    """The lead applicant's career as far as rules of eligibility ask about it."""

    __tablename__ = "background"
    __lens__ = sees(
        Holds.APPLICANT_IDENTITY,
        read=[Lens.APPLICANT],
        append=[Lens.APPLICANT],
        change=[Lens.APPLICANT],
    )

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    doctorate: Mapped[str] = mapped_column(default="")  # year and month, 2019-06
    break_months: Mapped[int] = mapped_column(default=0)
    breaks: Mapped[str] = mapped_column(default="")  # what they were, as far as one wants to say
