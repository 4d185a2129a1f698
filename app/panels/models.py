"""A panel, what it discusses, and who was in the room. Nobody here is tied to a review."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Holds, Lens, sees

ROOM = (Lens.PANEL, Lens.STAFF, Lens.AUDITOR)


class PanelState(StrEnum):
    PREPARING = "preparing"
    MEETING = "meeting"
    CLOSED = "closed"  # the meeting is over; its minutes are being approved
    APPROVED = "approved"


class Office(StrEnum):
    CHAIR = "chair"
    MEMBER = "member"
    SECRETARY = "secretary"


class Recommendation(StrEnum):
    FOLLOW = "follow"  # let the rule of the call decide
    AWARD = "award"
    RESERVE = "reserve"
    DECLINE = "decline"


class Absence(StrEnum):
    """Why somebody was not in the room for an item."""

    CONFLICT = "conflict"
    AWAY = "away"


class Panel(Identified, Model):
    """The meeting about a call. It recommends; grades and ranking stay what they are."""

    __tablename__ = "panel"
    __lens__ = sees(
        Holds.DELIBERATION, read=ROOM, append=[Lens.STAFF], change=[Lens.PANEL, Lens.STAFF]
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), unique=True)
    name: Mapped[str]
    meets_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(default="")
    quorum: Mapped[int]
    state: Mapped[PanelState] = mapped_column(default=PanelState.PREPARING)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    sha256: Mapped[str] = mapped_column(default="")  # of the whole minutes, once approved


class PanelMember(Identified, Model):
    """Who sits in a panel, and in which office."""

    __tablename__ = "panel_member"
    __table_args__ = (UniqueConstraint("panel_id", "account_id"),)
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY, read=ROOM, append=[Lens.STAFF], change=[Lens.PANEL, Lens.STAFF]
    )

    panel_id: Mapped[str] = mapped_column(ForeignKey("panel.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    office: Mapped[Office]
    name: Mapped[str]  # as printed in the minutes
    here: Mapped[bool] = mapped_column(default=False)  # came to the meeting, as of now


class PanelItem(Identified, Model):
    """One proposal on the agenda: what was said of it, and what the panel recommends."""

    __tablename__ = "panel_item"
    __table_args__ = (
        UniqueConstraint("panel_id", "proposal_id"),
        CheckConstraint("recommendation = 'follow' OR reason <> ''", name="otherwise_has_reason"),
        CheckConstraint(
            "recommendation = 'award' OR amount_minor = 0", name="only_awards_have_money"
        ),
    )
    __lens__ = sees(
        Holds.DELIBERATION, read=ROOM, append=[Lens.STAFF], change=[Lens.PANEL, Lens.STAFF]
    )

    panel_id: Mapped[str] = mapped_column(ForeignKey("panel.id"))
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    position: Mapped[int]  # the order of discussion; shown to nobody as a number
    note: Mapped[str] = mapped_column(default="")
    recommendation: Mapped[Recommendation] = mapped_column(default=Recommendation.FOLLOW)
    amount_minor: Mapped[int] = mapped_column(BigInteger, default=0)  # 0: what is asked for
    reason: Mapped[str] = mapped_column(default="")
    presided: Mapped[str] = mapped_column(default="")  # name of who led the discussion
    revision: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None]


class ItemPresence(Identified, Model):
    """Whether one member was in the room for one item, and why not."""

    __tablename__ = "item_presence"
    __table_args__ = (UniqueConstraint("item_id", "member_id"),)
    __lens__ = sees(Holds.REVIEWER_IDENTITY, read=ROOM, append=[Lens.PANEL])

    item_id: Mapped[str] = mapped_column(ForeignKey("panel_item.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("panel_member.id"))
    absent: Mapped[Absence | None]  # nothing: was there


class MinutesApproval(Identified, Model):
    """One person's agreement to the minutes of the items they may see."""

    __tablename__ = "minutes_approval"
    __table_args__ = (UniqueConstraint("panel_id", "member_id"),)
    __lens__ = sees(Holds.DELIBERATION, read=ROOM, append=[Lens.PANEL], change=[Lens.PANEL])

    panel_id: Mapped[str] = mapped_column(ForeignKey("panel.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("panel_member.id"))
    items: Mapped[list[Any]]  # ids of the items it covers
    sha256: Mapped[str]  # of the minutes of these items, as they were signed
    approved_at: Mapped[datetime]
