"""Reads of funds and contributions."""

from typing import NamedTuple

from sqlalchemy import func, select

from app.core.db import Json, db
from app.funds.models import Contribution, Funder, FunderKind


class ContributionRow(NamedTuple):
    id: str
    funder_id: str
    funder: str
    kind: FunderKind
    amount_minor: int
    earmark: Json


def contributions_of(fund_id: str | None) -> list[ContributionRow]:
    """Return the fund's contributions in the order of the funders' names."""
    rows = db.session.execute(
        select(
            Contribution.id,
            Funder.id,
            Funder.name,
            Funder.kind,
            Contribution.amount_minor,
            Contribution.earmark,
        )
        .join(Funder, Funder.id == Contribution.funder_id)
        .where(Contribution.fund_id == fund_id)
        .order_by(Funder.name, Contribution.id)
    )
    return [ContributionRow(*row) for row in rows]


def total_of(fund_id: str | None) -> int:
    """Return what a fund holds, in minor units of its currency."""
    total = db.session.scalar(
        select(func.sum(Contribution.amount_minor)).where(Contribution.fund_id == fund_id)
    )
    return int(total or 0)


def funder_names(fund_id: str | None) -> list[str]:
    return [row.funder for row in contributions_of(fund_id)]
