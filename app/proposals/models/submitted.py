"""What applicants write. Who they are stands in tables of its own (identity), apart from what
they propose (science), so that the reviewer's lens can read the one and never the other."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Json, Model
from app.core.lens import Door, Holds, Lens, May, sees

APPLICANT_SIDE = (Lens.APPLICANT, Lens.STAFF, Lens.AUDITOR)

# In a call that hides who applies from its own staff, these rows are not there for their pages
# until the seal is opened. From the few sealed calls to what was handed in there, in that order
# (CROSS JOIN): SQLite would walk through every proposal of the installation instead.
_SEALED = """FROM "call" CROSS JOIN proposal{joined} WHERE proposal.call_id = "call".id{on}
    AND "call".applicants_to_staff <> 'always' AND "call".unsealed_at IS NULL"""
SEALED_PROPOSALS = "SELECT proposal.id " + _SEALED.format(joined="", on="")
SEALED_VERSIONS = "SELECT version.id " + _SEALED.format(
    joined=" CROSS JOIN version", on=" AND version.proposal_id = proposal.id"
)

BOTH_SIDES = (Lens.APPLICANT, Lens.REVIEWER, Lens.PANEL, Lens.STAFF, Lens.AUDITOR)
# Imports write too, but as commands: no page of the staff's can make or alter what was handed in.


class ProposalState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    AWARDED = "awarded"
    RESERVE = "reserve"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class MemberRole(StrEnum):
    LEAD = "lead"
    CO_APPLICANT = "co-applicant"


class MayDo(StrEnum):
    """What a co-applicant may do with the draft; the lead may do everything."""

    VIEW = "view"
    COMMENT = "comment"
    EDIT = "edit"


class Proposal(Identified, Model):
    """A place in a call. It says neither who applies nor what for."""

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("call_id", "number"),)
    __lens__ = sees(
        Holds.SCIENCE,
        read=BOTH_SIDES,
        append=[Lens.APPLICANT],
        change=[Lens.APPLICANT, Lens.STAFF],
        doors={Door.INTERESTS: May.READ},
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    number: Mapped[str | None]  # e.g. ICR26-017, given at the first submission
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.DRAFT)
    version_id: Mapped[str | None]  # the version that counts


class ProposalMember(Identified, Model):
    """A person who stands behind a proposal."""

    __tablename__ = "proposal_member"
    __table_args__ = (UniqueConstraint("proposal_id", "account_id"),)
    __lens__ = sees(
        Holds.APPLICANT_IDENTITY,
        read=APPLICANT_SIDE,
        append=[Lens.APPLICANT],
        doors={Door.INTERESTS: May.READ},
        rows={Lens.STAFF: f"proposal_id NOT IN ({SEALED_PROPOSALS})"},
        change=[Lens.APPLICANT],
    )

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[MemberRole]
    may: Mapped[MayDo] = mapped_column(default=MayDo.EDIT)
    name: Mapped[str] = mapped_column(default="")  # as it was when the person joined


class Draft(Model):
    """What is being written, all of it the applicants' own until they submit.

    `revision` grows by one with every save; a save that names an older one is refused.
    """

    __tablename__ = "draft"
    __lens__ = sees(
        Holds.APPLICANT_IDENTITY,
        read=[Lens.APPLICANT],
        append=[Lens.APPLICANT],
        change=[Lens.APPLICANT],
    )

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    title: Mapped[str] = mapped_column(default="")
    science: Mapped[Json] = mapped_column(default=dict)  # question key -> answer
    identity: Mapped[Json] = mapped_column(default=dict)  # question key -> answer
    staff_only: Mapped[Json] = mapped_column(default=dict)  # question key -> answer
    form_number: Mapped[int] = mapped_column(default=0)  # amendments of the form it was written on
    organisation: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(default="")
    requested: Mapped[str] = mapped_column(default="")  # decimal amount as typed
    months: Mapped[str] = mapped_column(default="")  # duration as typed
    revision: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime]


class Version(Identified, Model):
    """A frozen submission: what is proposed. Never edited; no time and no name in it."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("proposal_id", "number"),
        CheckConstraint("requested_minor > 0", name="requested_positive"),
    )
    __lens__ = sees(Holds.SCIENCE, read=BOTH_SIDES, append=[Lens.APPLICANT])

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    number: Mapped[int]
    title: Mapped[str]
    answers: Mapped[Json]  # question key -> answer; a file question holds its blinded file's id
    requested_minor: Mapped[int] = mapped_column(BigInteger)  # in the call's currency
    months: Mapped[int]
    sha256: Mapped[str]


class VersionIdentity(Model):
    """A frozen submission: who proposes it, in which currency."""

    __tablename__ = "version_identity"
    __lens__ = sees(
        Holds.APPLICANT_IDENTITY,
        read=APPLICANT_SIDE,
        append=[Lens.APPLICANT],
        doors={Door.INTERESTS: May.READ},
        rows={Lens.STAFF: f"version_id NOT IN ({SEALED_VERSIONS})"},
    )

    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), primary_key=True)
    lead_name: Mapped[str]
    organisation: Mapped[str]
    country: Mapped[str]
    answers: Mapped[Json]
    currency: Mapped[str]
    requested_minor: Mapped[int] = mapped_column(BigInteger)  # in `currency`
    rate: Mapped[str]  # call currency for one unit of `currency`, exact decimal
    consortium: Mapped[Json] = mapped_column(default=dict)  # partners, the lead's share and career
    sha256: Mapped[str]


class VersionStaff(Model):
    """A frozen submission: the answers that only the applicants and the call's staff read,
    whatever the blinding."""

    __tablename__ = "version_staff"
    __lens__ = sees(
        Holds.OWNER,
        read=APPLICANT_SIDE,
        append=[Lens.APPLICANT],
        rows={Lens.STAFF: f"version_id NOT IN ({SEALED_VERSIONS})"},
    )

    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), primary_key=True)
    answers: Mapped[Json]
    sha256: Mapped[str]


class EqualityAnswer(Identified, Model):
    """What one person says of themselves for equality monitoring. Nobody else can read a row:
    after the call has closed a job counts them, and only large enough counts are kept."""

    __tablename__ = "equality_answer"
    __recorded__ = False  # not even that somebody answered is told
    __table_args__ = (UniqueConstraint("call_id", "account_id"),)
    __lens__ = sees(
        Holds.APPLICANT_IDENTITY,
        read=[Lens.APPLICANT],
        append=[Lens.APPLICANT],
        change=[Lens.APPLICANT],
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    answers: Mapped[Json]


class EqualityCount(Model):
    """The counts of a call, taken once: question -> choice -> how many, small ones left out."""

    __tablename__ = "equality_count"
    __lens__ = sees(Holds.DELIBERATION, read=[Lens.AUDITOR, Lens.ADMIN])

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), primary_key=True)
    counted_at: Mapped[datetime]
    counts: Mapped[Json]


class StageInvitation(Model):
    """An outline whose applicants may write the full proposal in the second call."""

    __tablename__ = "stage_invitation"
    __lens__ = sees(Holds.OWNER, read=APPLICANT_SIDE, append=[Lens.STAFF], change=[Lens.STAFF])

    outline_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    invited_at: Mapped[datetime]


class Upload(Identified, Model):
    """A file as it came, sealed: its name and metadata may tell who sent it."""

    __tablename__ = "upload"
    __lens__ = sees(
        Holds.APPLICANT_IDENTITY,
        read=[Lens.APPLICANT],
        append=[Lens.APPLICANT],
        change=[Lens.APPLICANT],
    )

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)
    question_key: Mapped[str]
    original_name: Mapped[str]
    file_key: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    uploaded_at: Mapped[datetime]
    removed: Mapped[list[Any]] = mapped_column(default=list)  # what the blinded copy lost
    own_names: Mapped[list[Any]] = mapped_column(default=list)  # own names found, with page


class BlindedFile(Identified, Model):
    """The rewritten copy that reviewers get: no metadata, a neutral name."""

    __tablename__ = "blinded_file"
    __lens__ = sees(
        Holds.SCIENCE, read=BOTH_SIDES, append=[Lens.APPLICANT], change=[Lens.APPLICANT]
    )

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)
    question_key: Mapped[str]
    file_key: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    pages: Mapped[int]


class Receipt(Identified, Model):
    """Proof of submission."""

    __tablename__ = "receipt"
    __lens__ = sees(Holds.APPLICANT_IDENTITY, read=[Lens.APPLICANT], append=[Lens.APPLICANT])

    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), unique=True)
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)
    submission_key: Mapped[str] = mapped_column(unique=True)  # one click, one receipt
    submitted_at: Mapped[datetime]  # when the head of the request reached the server
    parts: Mapped[Json]  # part -> SHA-256 of every answer and file
    proof: Mapped[str]  # ledger record, audit path and checkpoint


class SubmissionKey(Model):
    """The key that a program named when it submitted: kept for some days, so that the same request
    sent again gets the same receipt, and another one with that key is told so."""

    __tablename__ = "submission_key"
    __recorded__ = False  # the submission itself is
    __lens__ = sees(
        Holds.OWNER, read=[Lens.APPLICANT], append=[Lens.APPLICANT], change=[Lens.APPLICANT]
    )

    key_sha256: Mapped[str] = mapped_column(primary_key=True)  # of person, proposal and key
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    body_sha256: Mapped[str]
    receipt_id: Mapped[str] = mapped_column(ForeignKey("receipt.id"))
    used_at: Mapped[datetime] = mapped_column(index=True)


class Screening(Identified, Model):
    """An eligibility decision with its reason."""

    __tablename__ = "screening"
    __lens__ = sees(Holds.DELIBERATION, read=[Lens.STAFF, Lens.AUDITOR], append=[Lens.STAFF])

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)
    eligible: Mapped[bool]
    reason: Mapped[str]
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]


class Ineligibility(Model):
    """What the applicants are told when their proposal is found not eligible: the reason, and
    nothing of who decided; gone when the decision is changed."""

    __tablename__ = "ineligibility"
    __lens__ = sees(Holds.OWNER, read=APPLICANT_SIDE, append=[Lens.STAFF], change=[Lens.STAFF])

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    reason: Mapped[str]
