"""Reads of the deadlines that proposals have of their own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CompoundSelect, func, select, union_all

from app.calls.models import Call
from app.core.db import db
from app.proposals.deadline import last_moment
from app.proposals.models import Correction, Exemption, Proposal


def corrections_of(proposal_id: str) -> Sequence[Correction]:
    """Return what the office asked to mend, the latest first."""
    return db.session.scalars(
        select(Correction)
        .where(Correction.proposal_id == proposal_id)
        .order_by(Correction.returned_at.desc(), Correction.id)
    ).all()


def last_moment_of(proposal: Proposal, call: Call) -> datetime:
    """Return until when this proposal may be handed in: one statement."""
    own: CompoundSelect[tuple[datetime | None]] = union_all(
        select(Exemption.until).where(
            Exemption.proposal_id == proposal.id,
            Exemption.granted.is_(True),
            Exemption.until.is_not(None),
        ),
        select(Correction.until).where(Correction.proposal_id == proposal.id),
    )
    moments = [row.until for row in db.session.execute(own)]
    return last_moment(call.closes_at, call.grace_minutes, *moments)


def last_moment_in(call: Call) -> datetime:
    """Return until when any proposal of a call may be handed in."""
    given = select(func.max(Exemption.until)).where(
        Exemption.call_id == call.id, Exemption.granted.is_(True)
    )
    returned = (
        select(func.max(Correction.until))
        .join(Proposal, Proposal.id == Correction.proposal_id)
        .where(Proposal.call_id == call.id)
    )
    moments = [db.session.scalar(statement) for statement in (given, returned)]
    known = [moment for moment in moments if moment is not None]
    return last_moment(call.closes_at, call.grace_minutes, *known)
