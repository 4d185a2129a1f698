"""Changes to funds, made inside a use case of the call they belong to (which authorises and
records them)."""

from sqlalchemy import delete, select

from app.core.db import db
from app.funds.models import Contribution, Fund, Funder, FunderKind


def make_fund(name: str, currency: str) -> Fund:
    fund = Fund(name=name, currency=currency)
    db.session.add(fund)
    db.session.flush()
    return fund


def contribute(
    fund_id: str,
    funder: str,
    kind: FunderKind,
    amount_minor: int,
    earmark: dict[str, str] | None = None,
) -> Contribution:
    """Add a contribution; a funder of that name is made when there is none."""
    known = db.session.scalar(select(Funder).where(Funder.name == funder))
    if known is None:
        known = Funder(name=funder, kind=kind)
        db.session.add(known)
        db.session.flush()
    contribution = Contribution(
        fund_id=fund_id, funder_id=known.id, amount_minor=amount_minor, earmark=earmark or {}
    )
    db.session.add(contribution)
    return contribution


def remove_contribution(fund_id: str, contribution_id: str) -> None:
    db.session.execute(
        delete(Contribution).where(
            Contribution.id == contribution_id, Contribution.fund_id == fund_id
        )
    )
