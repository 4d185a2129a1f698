"""What reviewers say. Nothing here says who."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Json, Model
from app.core.lens import Holds, Lens, sees


class ReviewState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"


class Review(Model):
    """One seat's grades, reasons and comments. Once submitted they count as they stand, and
    what is written after that waits in `changes` until it is submitted again."""

    __tablename__ = "review"
    __lens__ = sees(
        Holds.SCORE,
        read=[Lens.REVIEWER, Lens.PANEL, Lens.STAFF, Lens.AUDITOR],
        append=[Lens.REVIEWER],
        change=[Lens.REVIEWER],
    )

    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.DRAFT)
    # Criterion key -> decimal text; null is "cannot judge", a missing key is not answered yet.
    grades: Mapped[Json] = mapped_column(default=dict)
    reasons: Mapped[Json] = mapped_column(default=dict)  # criterion key -> justification
    confidence: Mapped[int | None]  # 1 low to 3 high
    to_applicant: Mapped[str] = mapped_column(default="")
    to_panel: Mapped[str] = mapped_column(default="")
    to_staff: Mapped[str] = mapped_column(default="")
    asked_recognition: Mapped[bool] = mapped_column(default=False)  # and answered, once
    total: Mapped[str | None]  # exact fraction "137/60", once submitted
    changes: Mapped[Json] = mapped_column(default=dict)  # written since it was submitted
    version: Mapped[int] = mapped_column(default=0)  # number of the last submitted version
    revision: Mapped[int] = mapped_column(default=0)  # grows by one with every save
    saved_at: Mapped[datetime]


class ReviewVersion(Identified, Model):
    """Every submitted state of a review, kept."""

    __tablename__ = "review_version"
    __table_args__ = (UniqueConstraint("seat_id", "number"),)
    __lens__ = sees(
        Holds.SCORE,
        read=[Lens.STAFF, Lens.AUDITOR],
        append=[Lens.REVIEWER],
    )

    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id"))
    number: Mapped[int]
    content: Mapped[Json]
    submitted_at: Mapped[datetime]
    sha256: Mapped[str]


class Recognised(StrEnum):
    NO = "no"
    PERHAPS = "perhaps"
    SURE = "sure"


class Recognition(Identified, Model):
    """Whether a reviewer recognised who applied. It says of which call and not of which seat or
    proposal, so that nobody can look up who is known to whom."""

    __tablename__ = "recognition"
    __lens__ = sees(Holds.SCORE, read=[Lens.STAFF, Lens.AUDITOR], append=[Lens.REVIEWER])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    answer: Mapped[Recognised]
    how: Mapped[str] = mapped_column(default="")  # one of rules.WAYS, or nothing


class ShownReviewer(Model):
    """Who wrote a review, for the other reviewers of the proposal in a call that names them to
    each other: written with the review, and in no other call."""

    __tablename__ = "shown_reviewer"
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=[Lens.REVIEWER, Lens.STAFF, Lens.AUDITOR],
        append=[Lens.REVIEWER],
    )

    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id"), primary_key=True)
    name: Mapped[str]
