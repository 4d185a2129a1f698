"""Invariants of funds: never a cent over any pot, and every sum closes."""

from collections.abc import Iterator

from sqlalchemy import func, select

from app.allocation.models import Allocation, AllocationLine, AllocationState
from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.funds.models import Commitment, Contribution, ContributionState, Payment
from app.proposals.models import Proposal

no_rows(
    "funds.never_over",
    "No contribution is promised beyond what it holds, and no withdrawn one at all.",
    lambda: select(Contribution.id).where(
        (Contribution.committed_minor > Contribution.amount_minor)
        | ((Contribution.state == ContributionState.WITHDRAWN) & (Contribution.committed_minor > 0))
    ),
)


@invariant("funds.committed", "What is promised of a contribution is the sum of its commitments.")
def _committed() -> Iterator[object]:
    rows = db.session.execute(
        select(
            Contribution.id,
            Contribution.committed_minor,
            func.coalesce(func.sum(Commitment.amount_minor), 0),
        )
        .outerjoin(Commitment, Commitment.contribution_id == Contribution.id)
        .group_by(Contribution.id, Contribution.committed_minor)
    )
    yield from (one for one, kept, summed in rows if kept != int(summed))


@invariant("funds.paid", "What is paid of a commitment is the sum of its payments, never more.")
def _paid() -> Iterator[object]:
    rows = db.session.execute(
        select(
            Commitment.id,
            Commitment.paid_minor,
            Commitment.amount_minor,
            func.coalesce(func.sum(Payment.amount_minor), 0),
        )
        .outerjoin(Payment, Payment.commitment_id == Commitment.id)
        .group_by(Commitment.id, Commitment.paid_minor, Commitment.amount_minor)
    )
    for one, kept, promised, summed in rows:
        if kept != int(summed) or kept > promised:
            yield one


@invariant("funds.promised", "Every released award has its money promised, source by source.")
def _promised() -> Iterator[object]:
    promised = {
        (one.award, one.contribution_id): one.amount_minor
        for one in db.session.scalars(select(Commitment))
    }
    rows = db.session.execute(
        select(Proposal.number, AllocationLine.sources)
        .join(Proposal, Proposal.id == AllocationLine.proposal_id)
        .join(Allocation, Allocation.id == AllocationLine.allocation_id)
        .where(Allocation.state == AllocationState.RELEASED)
    )
    for number, sources in rows:
        for pot, minor in sources.items():
            if promised.get((number or "", pot)) != minor:
                yield f"{number} {pot}"
