"""Reads of what proposals were let off."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.db import db
from app.proposals.models import Exemption, ExemptionKind


def get_exemption(exemption_id: str) -> Exemption | None:
    return db.session.get(Exemption, exemption_id)


def exemptions_of(proposal_id: str) -> Sequence[Exemption]:
    """Return what a proposal asked for, the latest first."""
    return db.session.scalars(
        select(Exemption)
        .where(Exemption.proposal_id == proposal_id)
        .order_by(Exemption.asked_at.desc(), Exemption.id)
    ).all()


def exemptions_in(call_id: str) -> Sequence[Exemption]:
    """Return what the proposals of a call asked for: undecided first, then the latest."""
    return db.session.scalars(
        select(Exemption)
        .where(Exemption.call_id == call_id)
        .order_by(Exemption.granted.is_not(None), Exemption.asked_at.desc(), Exemption.id)
    ).all()


def waived_rules(proposal_id: str) -> frozenset[str]:
    """Return the rules of eligibility that a proposal need not meet."""
    return frozenset(
        db.session.scalars(
            select(Exemption.rule).where(
                Exemption.proposal_id == proposal_id,
                Exemption.kind == ExemptionKind.RULE,
                Exemption.granted.is_(True),
            )
        )
    )
