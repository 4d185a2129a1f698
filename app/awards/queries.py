"""Reads of awards: public for everybody, and of what a new award is made from for the staff."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from app.awards.models import Award
from app.core.db import Json, db
from app.proposals.models import Proposal, Version, VersionIdentity


def awards_of(call_id: str) -> Sequence[Award]:
    """Return a call's awards by number; none before the release."""
    return db.session.scalars(
        select(Award).where(Award.call_id == call_id).order_by(Award.number)
    ).all()


class Applied(NamedTuple):
    """What a proposal said and who stands behind it, as submitted."""

    proposal_id: str
    title: str
    answers: Json
    months: int
    requested_minor: int
    version_sha256: str
    lead_name: str
    organisation: str
    country: str


def applied(proposal_ids: Sequence[str]) -> dict[str, Applied]:
    """Return the counting version of each proposal with its identity, by the proposal's id."""
    rows = db.session.execute(
        select(
            Proposal.id,
            Version.title,
            Version.answers,
            Version.months,
            Version.requested_minor,
            Version.sha256,
            VersionIdentity.lead_name,
            VersionIdentity.organisation,
            VersionIdentity.country,
        )
        .join(Version, Version.id == Proposal.version_id)
        .join(VersionIdentity, VersionIdentity.version_id == Version.id)
        .where(Proposal.id.in_(proposal_ids))
    )
    return {row[0]: Applied(*row) for row in rows}
