"""Rankings, allocations, who signed them, and what applicants are told at release."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Json, Model
from app.core.lens import Holds, Lens, sees

STAFF_SIDE = (Lens.STAFF, Lens.AUDITOR)
TOLD = (Lens.APPLICANT, Lens.STAFF, Lens.AUDITOR)


class AllocationState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    RETURNED = "returned"  # sent back by an approver, with the reason
    REPLACED = "replaced"  # by a newer proposal
    RELEASED = "released"


class Decision(StrEnum):
    AWARD = "award"
    RESERVE = "reserve"
    DECLINE = "decline"


class SignOffAct(StrEnum):
    PROPOSE = "propose"
    APPROVE = "approve"
    RETURN = "return"
    RELEASE = "release"


class Ranking(Identified, Model):
    """The weighted ranking of a call at one moment, with everything it was computed from."""

    __tablename__ = "ranking"
    __table_args__ = (UniqueConstraint("call_id", "number"),)
    __lens__ = sees(Holds.SCORE, read=STAFF_SIDE, append=[Lens.STAFF])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    inputs: Mapped[Json]  # criteria, scale and anonymous reviews, as scoring/ takes them
    result: Mapped[Json]  # places with exact totals, ties and how each was broken
    inputs_sha256: Mapped[str]
    result_sha256: Mapped[str]
    made_at: Mapped[datetime]


class Allocation(Identified, Model):
    """A proposal to spend the fund, computed by the call's rule from one ranking."""

    __tablename__ = "allocation"
    __table_args__ = (UniqueConstraint("call_id", "number"),)
    __lens__ = sees(Holds.SCORE, read=STAFF_SIDE, append=[Lens.STAFF], change=[Lens.STAFF])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    ranking_id: Mapped[str] = mapped_column(ForeignKey("ranking.id"))
    number: Mapped[int]
    state: Mapped[AllocationState] = mapped_column(default=AllocationState.PROPOSED)
    rule: Mapped[Json]
    budget_minor: Mapped[int] = mapped_column(BigInteger)
    spent_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    sha256: Mapped[str]  # of rule, ranking, lines and departures: what approvers sign
    proposed_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]


class AllocationLine(Identified, Model):
    """What one proposal gets, and why."""

    __tablename__ = "allocation_line"
    __table_args__ = (
        UniqueConstraint("allocation_id", "proposal_id"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
    )
    __lens__ = sees(Holds.SCORE, read=STAFF_SIDE, append=[Lens.STAFF])

    allocation_id: Mapped[str] = mapped_column(ForeignKey("allocation.id"))
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    position: Mapped[int]  # in the order money was offered
    decision: Mapped[Decision]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    sources: Mapped[Json] = mapped_column(default=dict)  # contribution id -> minor units
    reason: Mapped[str]
    departure: Mapped[str] = mapped_column(default="")  # reason for leaving the rule, or empty


class SignOff(Identified, Model):
    """One person's signature under one allocation."""

    __tablename__ = "sign_off"
    __table_args__ = (UniqueConstraint("allocation_id", "account_id", "act"),)
    __lens__ = sees(Holds.DELIBERATION, read=STAFF_SIDE, append=[Lens.STAFF])

    allocation_id: Mapped[str] = mapped_column(ForeignKey("allocation.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    act: Mapped[SignOffAct]
    name: Mapped[str]  # as printed in the report
    reason: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str]  # the allocation as it was when signed
    signed_at: Mapped[datetime]


class LetterText(Model):
    """What everybody with one kind of outcome is told, written by staff before the release."""

    __tablename__ = "letter_text"
    __lens__ = sees(Holds.DELIBERATION, read=STAFF_SIDE, append=[Lens.STAFF], change=[Lens.STAFF])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), primary_key=True)
    decision: Mapped[Decision] = mapped_column(primary_key=True)
    subject: Mapped[str]
    body: Mapped[str]


class Outcome(Model):
    """What the applicants of a proposal are told; written at release and not before."""

    __tablename__ = "outcome"
    __lens__ = sees(Holds.OWNER, read=TOLD, append=[Lens.STAFF])

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    decision: Mapped[Decision]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    facts: Mapped[Json]  # own total and means by criterion, the line, the rule trace
    letter: Mapped[Json] = mapped_column(default=dict)  # the signed letter: file_key, sha256, size
    released_at: Mapped[datetime]


class Feedback(Identified, Model):
    """One seat's grades and words to the applicant; written at release and not before."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("proposal_id", "letter"),)
    __lens__ = sees(Holds.OWNER, read=TOLD, append=[Lens.STAFF])

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    letter: Mapped[str]
    grades: Mapped[Json]
    reasons: Mapped[Json]
    comment: Mapped[str]
