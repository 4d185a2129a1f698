"""Reads of funds, contributions and what became of them."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from app.core.db import Json, db
from app.funds.models import (
    Commitment,
    Contribution,
    ContributionState,
    Fund,
    Funder,
    FunderKind,
    Payment,
)


class ContributionRow(NamedTuple):
    id: str
    funder_id: str
    funder: str
    kind: FunderKind
    amount_minor: int
    earmark: Json
    state: ContributionState
    committed_minor: int

    @property
    def free_minor(self) -> int:
        """Return what is not promised to any award."""
        withdrawn = self.state is ContributionState.WITHDRAWN
        return 0 if withdrawn else self.amount_minor - self.committed_minor


def all_contributions_of(fund_id: str | None) -> list[ContributionRow]:
    """Return the fund's contributions in the order of the funders' names, withdrawn ones too."""
    rows = db.session.execute(
        select(
            Contribution.id,
            Funder.id,
            Funder.name,
            Funder.kind,
            Contribution.amount_minor,
            Contribution.earmark,
            Contribution.state,
            Contribution.committed_minor,
        )
        .join(Funder, Funder.id == Contribution.funder_id)
        .where(Contribution.fund_id == fund_id)
        .order_by(Funder.name, Contribution.id)
    )
    return [ContributionRow(*row) for row in rows]


def contributions_of(fund_id: str | None) -> list[ContributionRow]:
    """Return the fund's contributions that stand, in the order of the funders' names."""
    return [
        row for row in all_contributions_of(fund_id) if row.state is not ContributionState.WITHDRAWN
    ]


def total_of(fund_id: str | None) -> int:
    """Return what a fund holds, in minor units of its currency."""
    return sum(row.amount_minor for row in contributions_of(fund_id))


def funder_names(fund_id: str | None) -> list[str]:
    return [row.funder for row in contributions_of(fund_id)]


def get_fund(fund_id: str | None) -> Fund | None:
    return db.session.get(Fund, fund_id) if fund_id else None


def contribution_in(fund_id: str | None, contribution_id: str) -> Contribution | None:
    return db.session.scalar(
        select(Contribution).where(
            Contribution.id == contribution_id, Contribution.fund_id == fund_id
        )
    )


def get_contribution(contribution_id: str) -> Contribution | None:
    return db.session.get(Contribution, contribution_id)


def funder_name(funder_id: str) -> str:
    return db.session.get_one(Funder, funder_id).name


def commitments_of(contribution_id: str) -> Sequence[Commitment]:
    return db.session.scalars(
        select(Commitment)
        .where(Commitment.contribution_id == contribution_id)
        .order_by(Commitment.award)
    ).all()


def commitment_of(contribution_id: str, commitment_id: str) -> Commitment | None:
    return db.session.scalar(
        select(Commitment).where(
            Commitment.id == commitment_id, Commitment.contribution_id == contribution_id
        )
    )


class PaymentRow(NamedTuple):
    award: str
    amount_minor: int
    paid_on: date
    reference: str


def payments_of(contribution_id: str) -> list[PaymentRow]:
    rows = db.session.execute(
        select(Commitment.award, Payment.amount_minor, Payment.paid_on, Payment.reference)
        .join(Commitment, Commitment.id == Payment.commitment_id)
        .where(Commitment.contribution_id == contribution_id)
        .order_by(Payment.paid_on, Payment.id)
    )
    return [PaymentRow(*row) for row in rows]


def paid_by_contribution(fund_id: str | None) -> dict[str, int]:
    """Return what was paid of each contribution of a fund."""
    rows = db.session.execute(
        select(Commitment.contribution_id, func.sum(Commitment.paid_minor))
        .join(Contribution, Contribution.id == Commitment.contribution_id)
        .where(Contribution.fund_id == fund_id)
        .group_by(Commitment.contribution_id)
    )
    return {contribution_id: int(paid or 0) for contribution_id, paid in rows}
