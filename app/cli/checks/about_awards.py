"""Invariants of awards: what everybody reads is what was decided."""

from collections.abc import Iterator

from sqlalchemy import exists, or_, select

from app.allocation.models import Allocation, AllocationLine, AllocationState, Decision
from app.awards.models import Award
from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.proposals.models import Proposal, VersionIdentity

no_rows(
    "awards.decided",
    "Every award is a released decision, with the same amount.",
    lambda: select(Award.number).where(
        ~exists().where(
            AllocationLine.proposal_id == Award.proposal_id,
            AllocationLine.decision == Decision.AWARD,
            AllocationLine.amount_minor == Award.amount_minor,
            AllocationLine.allocation_id == Allocation.id,
            Allocation.state == AllocationState.RELEASED,
        )
    ),
)

no_rows(
    "awards.made",
    "Every released decision to fund is an award.",
    lambda: (
        select(AllocationLine.id)
        .join(Allocation, Allocation.id == AllocationLine.allocation_id)
        .outerjoin(Award, Award.proposal_id == AllocationLine.proposal_id)
        .where(
            Allocation.state == AllocationState.RELEASED,
            AllocationLine.decision == Decision.AWARD,
            Award.id.is_(None),
        )
    ),
)

no_rows(
    "awards.named",
    "An award names those who applied.",
    lambda: (
        select(Award.number)
        .join(Proposal, Proposal.id == Award.proposal_id)
        .join(VersionIdentity, VersionIdentity.version_id == Proposal.version_id)
        .where(
            or_(
                Award.lead_name != VersionIdentity.lead_name,
                Award.organisation != VersionIdentity.organisation,
            )
        )
    ),
)


@invariant("awards.sources", "What each funder pays adds up to the award.")
def _sources() -> Iterator[object]:
    for award in db.session.scalars(select(Award)):
        if sum(source["amount_minor"] for source in award.sources) != award.amount_minor:
            yield award.number
