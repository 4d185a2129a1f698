"""Invariants of proposals: numbers, frozen versions, identities, receipts, screening."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from sqlalchemy import Select, exists, func, or_, select

from app.accounts.models import Person
from app.accounts.rules import FORGOTTEN
from app.calls.models import Audience, Call, Question, QuestionKind
from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.core.money import Money, MoneyError, convert
from app.ledger.checkpoint import VerifierKey
from app.ledger.models import LedgerEntry
from app.ledger.proof import BadProofError, from_text
from app.ledger.service import own_verifier_key
from app.proposals import frozen
from app.proposals.models import (
    BlindedFile,
    MemberRole,
    Proposal,
    ProposalMember,
    ProposalState,
    Receipt,
    Screening,
    SubmissionKey,
    Version,
    VersionIdentity,
    VersionStaff,
)
from app.proposals.queries import last_moment_of

IMPORTED = "proposals.proposal_imported"
SCREENED = (
    ProposalState.ELIGIBLE,
    ProposalState.INELIGIBLE,
    ProposalState.AWARDED,
    ProposalState.RESERVE,
    ProposalState.DECLINED,
)

no_rows(
    "proposals.version",
    "Whatever is no draft has a number and a version that counts.",
    lambda: select(Proposal.id).where(
        Proposal.state.not_in([ProposalState.DRAFT, ProposalState.WITHDRAWN]),
        or_(Proposal.version_id.is_(None), Proposal.number.is_(None)),
    ),
)

no_rows(
    "proposals.submission_key",
    "A key that a program submitted with names a receipt of the same proposal.",
    lambda: (
        select(SubmissionKey.receipt_id)
        .join(Receipt, Receipt.id == SubmissionKey.receipt_id)
        .where(Receipt.proposal_id != SubmissionKey.proposal_id)
    ),
)

no_rows(
    "proposals.own_version",
    "The version that counts is the proposal's own.",
    lambda: (
        select(Proposal.id)
        .join(Version, Version.id == Proposal.version_id)
        .where(Version.proposal_id != Proposal.id)
    ),
)

no_rows(
    "proposals.latest_version",
    "The version that counts is the last that was submitted.",
    lambda: (
        select(Proposal.id)
        .join(Version, Version.id == Proposal.version_id)
        .where(
            Version.number
            != select(func.max(Version.number))
            .where(Version.proposal_id == Proposal.id)
            .correlate(Proposal)
            .scalar_subquery()
        )
    ),
)

no_rows(
    "proposals.identity",
    "Every version has its identity.",
    lambda: (
        select(Version.id)
        .outerjoin(VersionIdentity, VersionIdentity.version_id == Version.id)
        .where(VersionIdentity.version_id.is_(None))
    ),
)

no_rows(
    "proposals.lead",
    "Every proposal has exactly one lead applicant.",
    lambda: select(Proposal.id).where(
        select(func.count(ProposalMember.id))
        .where(ProposalMember.proposal_id == Proposal.id, ProposalMember.role == MemberRole.LEAD)
        .correlate(Proposal)
        .scalar_subquery()
        != 1
    ),
)

no_rows(
    "proposals.ceiling",
    "Nothing asks for more than the largest award of its call.",
    lambda: (
        select(Proposal.number)
        .join(Version, Version.id == Proposal.version_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(Version.requested_minor > Call.award_ceiling_minor)
    ),
)


@invariant("proposals.in_time", "Every receipt is of a time when its proposal could be handed in.")
def _in_time() -> Iterator[object]:
    rows = db.session.execute(
        select(Receipt.id, Receipt.submitted_at, Proposal, Call)
        .join(Proposal, Proposal.id == Receipt.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(or_(Receipt.submitted_at > Call.closes_at, Receipt.submitted_at < Call.opens_at))
    )
    for receipt_id, at, proposal, call in rows:
        if not call.opens_at <= at <= last_moment_of(proposal, call):
            yield receipt_id


no_rows(
    "proposals.receipt_version",
    "A receipt is for a version of its own proposal.",
    lambda: (
        select(Receipt.id)
        .join(Version, Version.id == Receipt.version_id)
        .where(Version.proposal_id != Receipt.proposal_id)
    ),
)

no_rows(
    "proposals.screening_reason",
    "Whoever was found ineligible was told why.",
    lambda: select(Screening.id).where(
        Screening.eligible.is_(False), func.trim(Screening.reason) == ""
    ),
)


def _imported() -> set[str]:
    """Return the proposals that came in as files, which have neither receipt nor screening."""
    told = db.session.scalars(select(LedgerEntry.about).where(LedgerEntry.action == IMPORTED))
    return {about.partition(":")[2] for about in told}


@invariant("proposals.receipt", "Every version that was submitted here has its receipt.")
def _receipts() -> Iterator[object]:
    imported = _imported()
    missing = select(Version.id, Version.proposal_id).where(
        ~exists().where(Receipt.version_id == Version.id)
    )
    for row in db.session.execute(missing):
        if row.proposal_id not in imported:
            yield row.id


@invariant("proposals.screened", "Whatever is eligible or not was screened, or was imported.")
def _screened() -> Iterator[object]:
    imported = _imported()
    missing = select(Proposal.id).where(
        Proposal.state.in_(SCREENED), ~exists().where(Screening.proposal_id == Proposal.id)
    )
    yield from (one for one in db.session.scalars(missing) if one not in imported)


@invariant("proposals.receipt_proof", "The proof on every receipt is signed by this ledger.")
def _proofs() -> Iterator[object]:
    key = VerifierKey.parse(own_verifier_key())
    for row in db.session.execute(select(Receipt.id, Receipt.proof)):
        try:
            holds = from_text(row.proof).holds(key)
        except BadProofError:
            holds = False
        if not holds:
            yield row.id


@invariant("proposals.science_hash", "What is proposed hashes to what the version says.")
def _science() -> Iterator[object]:
    files = _file_hashes()
    rows = db.session.execute(
        select(Version, Call.currency)
        .join(Proposal, Proposal.id == Version.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
    )
    for version, currency in rows:
        right = frozen.science_sha256(
            title=version.title,
            answers={key: files.get(value, value) for key, value in version.answers.items()},
            requested=Money(version.requested_minor, currency),
            months=version.months,
        )
        if right != version.sha256:
            yield version.id


def _forgotten() -> Select[str]:
    """Versions whose lead was forgotten: the hash stays, what it is of does not."""
    return select(Version.id).where(
        Version.proposal_id == ProposalMember.proposal_id,
        ProposalMember.role == MemberRole.LEAD,
        ProposalMember.account_id == Person.account_id,
        Person.email_key.endswith(FORGOTTEN),
    )


@invariant("proposals.staff_hash", "What only staff read hashes to what it says.")
def _staff_parts() -> Iterator[object]:
    for part in db.session.scalars(
        select(VersionStaff).where(VersionStaff.version_id.not_in(_forgotten()))
    ):
        if frozen.staff_sha256(part.answers) != part.sha256:
            yield part.version_id


@invariant("proposals.equality_apart", "No answer for equality monitoring is in a proposal.")
def _equality_apart() -> Iterator[object]:
    keys = dict[str, set[str]]()
    asked = select(Question.call_id, Question.key).where(Question.audience == Audience.EQUALITY)
    for call_id, key in db.session.execute(asked):
        keys.setdefault(call_id, set()).add(key)
    rows = db.session.execute(
        select(Proposal.id, Proposal.call_id, Version.answers, VersionIdentity.answers)
        .join(Version, Version.proposal_id == Proposal.id)
        .join(VersionIdentity, VersionIdentity.version_id == Version.id)
        .where(Proposal.call_id.in_(keys))
    )
    for proposal_id, call_id, science, identity in rows:
        if keys[call_id] & {*science, *identity}:
            yield proposal_id


def _file_hashes() -> Mapping[str, str]:
    rows = db.session.execute(select(BlindedFile.id, BlindedFile.sha256))
    return {row.id: row.sha256 for row in rows}


@invariant("proposals.identity_hash", "Who proposes hashes to what the identity says.")
def _identities() -> Iterator[object]:
    columns = ("lead_name", "organisation", "country", "answers", "consortium")
    money = ("currency", "requested_minor", "rate")
    for identity in db.session.scalars(
        select(VersionIdentity).where(VersionIdentity.version_id.not_in(_forgotten()))
    ):
        who = {name: getattr(identity, name) for name in (*columns, *money)}
        if frozen.identity_sha256(who) != identity.sha256:
            yield identity.version_id


@invariant("proposals.conversion", "Amounts are converted exactly, halves to the even coin.")
def _conversions() -> Iterator[object]:
    rows = db.session.execute(
        select(VersionIdentity, Version.requested_minor, Call.currency)
        .join(Version, Version.id == VersionIdentity.version_id)
        .join(Proposal, Proposal.id == Version.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
    )
    for identity, requested_minor, currency in rows:
        asked = Money(identity.requested_minor, identity.currency)
        try:
            right = convert(asked, currency, Decimal(identity.rate)).minor
        except (MoneyError, ArithmeticError):
            right = None
        if right != requested_minor:
            yield identity.version_id


@invariant("proposals.shares", "Partners’ budgets and the lead’s part are the amount asked for.")
def _shares() -> Iterator[object]:
    rows = db.session.execute(
        select(
            VersionIdentity.version_id, VersionIdentity.consortium, Version.requested_minor
        ).join(Version, Version.id == VersionIdentity.version_id)
    )
    for version_id, consortium, requested_minor in rows:
        partners = consortium.get("partners", [])
        parts = [partner["converted_minor"] for partner in partners]
        lead = consortium.get("lead_minor", requested_minor)
        if lead < 0 or sum(parts, lead) != requested_minor:
            yield version_id


@invariant("proposals.file_answers", "Every file that a version names is a copy of its own.")
def _files() -> Iterator[object]:
    own = {
        (row.proposal_id, row.id)
        for row in db.session.execute(select(BlindedFile.id, BlindedFile.proposal_id))
    }
    rows = db.session.execute(
        select(Version, Question.key)
        .join(Proposal, Proposal.id == Version.proposal_id)
        .join(Question, Question.call_id == Proposal.call_id)
        .where(Question.kind == QuestionKind.FILE)
    )
    for version, key in rows:
        answer = version.answers.get(key)
        if answer and (version.proposal_id, answer) not in own:
            yield f"{version.id} {key}"
