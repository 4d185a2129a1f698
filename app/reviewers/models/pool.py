"""Whom a call may ask to review."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import EVERYONE, Door, Holds, Lens, May, sees

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
    mentor_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    self_nominated: Mapped[bool] = mapped_column(default=False)  # said wherever staff see them


class ReviewerProfile(Model):
    """What is known of a reviewer across calls, so that they can be found and kept apart."""

    __tablename__ = "reviewer_profile"
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=STAFF_SIDE,
        append=[Lens.STAFF],
        change=[Lens.STAFF],
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    ror: Mapped[str] = mapped_column(default="")  # the nine signs of a ROR id
    parents: Mapped[list[Any]] = mapped_column(default=list)  # ROR ids or names
    codes: Mapped[list[Any]] = mapped_column(default=list)  # of the coding scheme, e.g. 1.4
    cancers: Mapped[list[Any]] = mapped_column(default=list)  # keys of cancer types
    languages: Mapped[list[Any]] = mapped_column(default=list)  # ISO 639-1
    statement: Mapped[str] = mapped_column(default="")  # of expertise, in their own words


class Unavailability(Identified, Model):
    """Days on which somebody cannot review, first and last included."""

    __tablename__ = "unavailability"
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY, read=STAFF_SIDE, append=[Lens.STAFF], change=[Lens.STAFF]
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    first_day: Mapped[str]  # ISO dates
    last_day: Mapped[str]


class ReviewingTerms(Model):
    """What a call says about who reviews: public, as all its rules. No row: nothing of it."""

    __tablename__ = "reviewing_terms"
    __lens__ = sees(Holds.PUBLIC, read=EVERYONE, append=[Lens.STAFF], change=[Lens.STAFF])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), primary_key=True)
    same_country: Mapped[bool] = mapped_column(default=False)  # is a conflict of interest
    self_nomination: Mapped[bool] = mapped_column(default=False)  # people may offer themselves


class NominationState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    TURNED_DOWN = "turned-down"


class Nomination(Identified, Model):
    """Somebody offers to review. It makes nobody a reviewer: staff look at it first."""

    __tablename__ = "nomination"
    __table_args__ = (UniqueConstraint("call_id", "account_id"),)
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=STAFF_SIDE,
        append=[Lens.APPLICANT],
        change=[Lens.STAFF],
        doors={Door.OWN_SEATS: May.READ},
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[ReviewerKind]
    codes: Mapped[list[Any]] = mapped_column(default=list)
    languages: Mapped[list[Any]] = mapped_column(default=list)
    keywords: Mapped[str] = mapped_column(default="")
    statement: Mapped[str] = mapped_column(default="")
    state: Mapped[NominationState] = mapped_column(default=NominationState.WAITING)
    offered_at: Mapped[datetime]


class Helpfulness(Model):
    """How much a review helped to decide, as an officer rates it once reviews are in."""

    __tablename__ = "helpfulness"
    __lens__ = sees(Holds.DELIBERATION, read=STAFF_SIDE, append=[Lens.STAFF], change=[Lens.STAFF])

    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id"), primary_key=True)
    rating: Mapped[int]  # 1 little to 3 very much
    rated_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    rated_at: Mapped[datetime]
