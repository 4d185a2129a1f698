"""Plans of a call, and what each is made of, in compact bytes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Json, Model
from app.core.lens import Holds, Lens, sees
from app.reviewers.models import STAFF_SIDE


class PlanState(StrEnum):
    ASKED = "asked"  # being computed
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"  # by a person, before it was computed
    GIVING = "giving"  # accepted; its seats are being given
    ACCEPTED = "accepted"
    SET_ASIDE = "set-aside"


class AssignmentPlan(Identified, Model):
    """An assignment that the system proposes. `revision` grows with every change by hand."""

    __tablename__ = "assignment_plan"
    __table_args__ = (UniqueConstraint("call_id", "number"),)
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY, read=STAFF_SIDE, append=[Lens.STAFF], change=[Lens.STAFF]
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    state: Mapped[PlanState] = mapped_column(default=PlanState.ASKED)
    wishes: Mapped[Json]
    seed: Mapped[str]
    asked_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    inputs_sha256: Mapped[str] = mapped_column(default="")
    sheet_sha256: Mapped[str] = mapped_column(default="")
    figures: Mapped[Json] = mapped_column(default=dict)
    edits: Mapped[list[Any]] = mapped_column(default=list)  # [proposal, out, in], -1 for nobody
    revision: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(default="")
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    seats_given: Mapped[int] = mapped_column(default=0)


class PlanSheet(Model):
    """The plan itself: who is to read what, and why (sheets.py)."""

    __tablename__ = "plan_sheet"
    __lens__ = sees(Holds.REVIEWER_IDENTITY, read=STAFF_SIDE, append=[Lens.STAFF])

    plan_id: Mapped[str] = mapped_column(ForeignKey("assignment_plan.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
