"""One proposal: what it is, what was written and handed in, what was decided of it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, select

from app.calls.models import Call
from app.core.db import Json, db
from app.proposals.models import (
    Draft,
    Ineligibility,
    Proposal,
    ProposalMember,
    Screening,
    Version,
    VersionIdentity,
    VersionStaff,
)
from app.proposals.queries.members import keep_members


def get_proposal(proposal_id: str) -> Proposal | None:
    return db.session.get(Proposal, proposal_id)


_WITH_CALL = (
    select(Proposal, Call, ProposalMember)
    .join(Call, Call.id == Proposal.call_id)
    .outerjoin(ProposalMember, ProposalMember.proposal_id == Proposal.id)
    .where(Proposal.id == bindparam("proposal"))
    .order_by(ProposalMember.id)
)


def with_call(proposal_id: str) -> tuple[Proposal, Call] | None:
    """Return a proposal and its call, and keep its members: every page of it asks for them."""
    found = db.session.execute(_WITH_CALL, {"proposal": proposal_id}).all()
    if not found:
        return None
    keep_members(proposal_id, [row[2] for row in found if row[2] is not None])
    return found[0][0], found[0][1]


def get_draft(proposal_id: str) -> Draft | None:
    return db.session.get(Draft, proposal_id)


def get_version(version_id: str | None) -> Version | None:
    return db.session.get(Version, version_id) if version_id else None


def versions_of(proposal_id: str) -> Sequence[Version]:
    """Return the submitted versions, the latest first."""
    return db.session.scalars(
        select(Version).where(Version.proposal_id == proposal_id).order_by(Version.number.desc())
    ).all()


def get_identity(version_id: str | None) -> VersionIdentity | None:
    return db.session.get(VersionIdentity, version_id) if version_id else None


def identities_of(version_ids: Iterable[str]) -> dict[str, VersionIdentity]:
    """Return who proposes each of these versions, where it may be known here."""
    rows = db.session.scalars(
        select(VersionIdentity).where(VersionIdentity.version_id.in_(set(version_ids)))
    )
    return {row.version_id: row for row in rows}


def staff_answers(version_id: str) -> Json:
    """Return the answers of a version that only its applicants and the call's staff read."""
    found = db.session.get(VersionStaff, version_id)
    return found.answers if found else {}


def screenings_of(proposal_id: str) -> Sequence[Screening]:
    return db.session.scalars(
        select(Screening)
        .where(Screening.proposal_id == proposal_id)
        .order_by(Screening.decided_at.desc())
    ).all()


def ineligibility(proposal_id: str) -> Ineligibility | None:
    return db.session.get(Ineligibility, proposal_id)
