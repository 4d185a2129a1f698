"""Rankings, allocations, who signed them, and what applicants are told at release."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
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
    PROPOSE_RELEASE = "propose-release"  # the first of two people who release
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


class Calibration(Model):
    """How severe each reviewer of a ranking is, and where each proposal could stand.

    Kept once for a ranking, with its hash in the ledger; raw totals stay what they are beside it.
    """

    __tablename__ = "calibration"
    __lens__ = sees(Holds.SCORE, read=STAFF_SIDE)  # computed by a job

    ranking_id: Mapped[str] = mapped_column(ForeignKey("ranking.id"), primary_key=True)
    places: Mapped[int]  # how many the rule funds without a draw
    result: Mapped[Json]  # as `python -m scoring rank` tells it
    sha256: Mapped[str]
    made_at: Mapped[datetime]


class Preparation(Model):
    """What the release of an approved allocation publishes, computed before it by a job.

    It follows from what is recorded already, and is used only while that is the same.
    """

    __tablename__ = "preparation"
    __recorded__ = False
    __lens__ = sees(Holds.SCORE, read=STAFF_SIDE)  # computed by a job

    allocation_id: Mapped[str] = mapped_column(ForeignKey("allocation.id"), primary_key=True)
    of_sha256: Mapped[str]  # of all that it was computed from
    content: Mapped[bytes] = mapped_column(LargeBinary)  # JSON, in an order that must not change
    made_at: Mapped[datetime]


class ScenarioState(StrEnum):
    QUEUED = "queued"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"  # by a person, before it was computed


class Scenario(Identified, Model):
    """A rule tried on a ranking beside the call's own, without touching what is decided.

    Number 0 is the rule of the call itself.
    """

    __tablename__ = "scenario"
    __table_args__ = (UniqueConstraint("ranking_id", "number"),)
    __lens__ = sees(Holds.SCORE, read=STAFF_SIDE, append=[Lens.STAFF], change=[Lens.STAFF])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    ranking_id: Mapped[str] = mapped_column(ForeignKey("ranking.id"))
    number: Mapped[int]
    name: Mapped[str]
    terms: Mapped[Json] = mapped_column(default=dict)  # what is tried instead of the call's rule
    rule: Mapped[Json] = mapped_column(default=dict)  # the whole rule, as an allocation keeps it
    result: Mapped[Json] = mapped_column(default=dict)  # whatif.explored
    state: Mapped[ScenarioState] = mapped_column(default=ScenarioState.QUEUED)
    trouble: Mapped[str] = mapped_column(default="")
    job_id: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]


class DrawWay(StrEnum):
    """Where the chance comes from."""

    PUBLIC = "public"  # a later public value, entered alike by two people
    SECRETS = "secrets"  # secrets that named people promised by their hashes before


class PublicKind(StrEnum):
    """How a public value is read."""

    DRAND = "drand"  # signature of a round of the drand beacon
    NIST = "nist"  # outputValue of a pulse of the NIST beacon
    TEXT = "text"  # any published text, such as the numbers of a lottery


class Draw(Identified, Model):
    """A draw at the funding line: its entrants are fixed before its chance exists; held once."""

    __tablename__ = "draw"
    __lens__ = sees(Holds.SCORE, read=STAFF_SIDE, append=[Lens.STAFF], change=[Lens.STAFF])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    ranking_id: Mapped[str] = mapped_column(ForeignKey("ranking.id"), unique=True)
    label: Mapped[str] = mapped_column(unique=True)
    way: Mapped[DrawWay]
    kind: Mapped[PublicKind]
    source: Mapped[str]  # which public value, or whose secrets, in words
    not_before: Mapped[datetime | None]  # when the public value exists at the earliest
    entrants: Mapped[Json]  # as `python -m scoring draw` takes them
    committed: Mapped[Json]  # the content whose hash was committed to
    commitment: Mapped[str]
    committed_at: Mapped[datetime]
    seed: Mapped[str | None] = mapped_column(unique=True)
    record: Mapped[Json] = mapped_column(default=dict)  # as `python -m scoring draw` tells it
    held_at: Mapped[datetime | None]


class DrawEntry(Identified, Model):
    """What one person put into a draw: the public value they read, or a promised secret."""

    __tablename__ = "draw_entry"
    __table_args__ = (UniqueConstraint("draw_id", "account_id"),)
    __lens__ = sees(Holds.DELIBERATION, read=STAFF_SIDE, append=[Lens.STAFF], change=[Lens.STAFF])

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    promise: Mapped[str] = mapped_column(default="")  # SHA-256 of a secret, hex
    value: Mapped[str] = mapped_column(default="")
    entered_at: Mapped[datetime]


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


class DepartureApproval(Identified, Model):
    """One person's agreement to one departure of one allocation."""

    __tablename__ = "departure_approval"
    __table_args__ = (UniqueConstraint("allocation_id", "proposal_id"),)
    __lens__ = sees(Holds.DELIBERATION, read=STAFF_SIDE, append=[Lens.STAFF])

    allocation_id: Mapped[str] = mapped_column(ForeignKey("allocation.id"))
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]  # as printed in the report
    approved_at: Mapped[datetime]


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
    reviewer: Mapped[str] = mapped_column(default="")  # who wrote it, where the call tells that
