"""Changes to funds, made inside a use case of the call they belong to (which authorises them)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select, update

from app.accounts.actor import Actor
from app.core import clock
from app.core.db import Json, db, one_at_a_time
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.funds import queries, rules
from app.funds.events import (
    ContributionEdited,
    ContributionMoved,
    MoneyCommitted,
    MoneyPaid,
    PotChanged,
)
from app.funds.models import (
    Commitment,
    Contribution,
    ContributionState,
    Fund,
    Funder,
    FunderKind,
    Payment,
    PotKind,
)
from app.ledger.service import record


@dataclass(frozen=True, slots=True)
class ContributionChange:
    """What a contribution says: how much, for what alone, and under which conditions."""

    amount_minor: int
    earmark: Mapping[str, list[str]]
    conditions: str


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
    earmark: Json | None = None,
) -> Contribution:
    """Add a contribution; a funder of that name is made when there is none."""
    known = db.session.scalar(select(Funder).where(Funder.name == funder))
    if known is None:
        known = Funder(name=funder, kind=kind)
        db.session.add(known)
        db.session.flush()
    contribution = Contribution(
        fund_id=fund_id,
        funder_id=known.id,
        amount_minor=amount_minor,
        earmark=earmark or {},
        pledged_on=clock.now().date(),
    )
    db.session.add(contribution)
    return contribution


def remove_contribution(fund_id: str, contribution_id: str) -> None:
    db.session.execute(
        delete(Contribution).where(
            Contribution.id == contribution_id, Contribution.fund_id == fund_id
        )
    )


def change_pot(actor: Actor, fund: Fund, pot: PotKind) -> None:
    fund.pot = pot
    record(actor, PotChanged(pot=pot.value), about=fund)


def edit_contribution(
    actor: Actor, contribution: Contribution, change: ContributionChange, currency: str
) -> None:
    hold(contribution)
    enforce(rules.can_lower(change.amount_minor, contribution.committed_minor, currency))
    contribution.amount_minor = change.amount_minor
    contribution.earmark = dict(change.earmark)
    contribution.conditions = change.conditions
    record(
        actor,
        ContributionEdited(amount_minor=change.amount_minor, earmarks=len(change.earmark)),
        about=contribution,
    )


def move_contribution(
    actor: Actor, contribution: Contribution, then: ContributionState, on: date, reason: str = ""
) -> None:
    """Note that a contribution was signed, received or withdrawn, on the day it was."""
    fund = queries.get_fund(contribution.fund_id)
    assert fund is not None
    hold(contribution)
    enforce(rules.can_become(contribution.state, then))
    if then is ContributionState.WITHDRAWN:
        enforce(rules.can_withdraw(contribution.committed_minor, fund.currency))
        if not reason.strip():
            enforce(refused(_("Say why the contribution is withdrawn.")))
    before, contribution.state = contribution.state, then
    for name, day in rules.dated(then, on).items():
        setattr(contribution, name, day)
    record(
        actor,
        ContributionMoved(
            before=before.value, after=then.value, on=on.isoformat(), reason=reason.strip()
        ),
        about=contribution,
    )


def commit(actor: Actor, fund_id: str, award: str, sources: Mapping[str, int]) -> None:
    """Promise an award its money; what a contribution no longer has is refused."""
    fund = queries.get_fund(fund_id)
    assert fund is not None
    one_at_a_time(f"fund:{fund_id}")
    rows = {row.id: row for row in queries.all_contributions_of(fund_id)}
    for contribution_id, amount_minor in sorted(sources.items()):
        row = rows.get(contribution_id)
        free, funder = (row.free_minor, row.funder) if row else (0, _("a former funder"))
        enforce(rules.can_commit(amount_minor, free, funder, fund.currency))
        db.session.execute(
            update(Contribution)
            .where(Contribution.id == contribution_id)
            .values(committed_minor=Contribution.committed_minor + amount_minor)
            .execution_options(synchronize_session="fetch")
        )
        made = Commitment(
            contribution_id=contribution_id,
            award=award,
            amount_minor=amount_minor,
            committed_on=clock.now().date(),
        )
        db.session.add(made)
        record(actor, MoneyCommitted(amount_minor=amount_minor, award=award), about=made)


def pay(
    actor: Actor,
    commitment: Commitment,
    amount_minor: int,
    on: date,
    *,
    currency: str,
    reference: str = "",
) -> Payment:
    """Note a payment; never more than was promised."""
    hold(commitment)
    enforce(rules.can_pay(amount_minor, commitment.amount_minor, commitment.paid_minor, currency))
    commitment.paid_minor += amount_minor
    payment = Payment(
        commitment_id=commitment.id, amount_minor=amount_minor, paid_on=on, reference=reference
    )
    db.session.add(payment)
    record(
        actor,
        MoneyPaid(amount_minor=amount_minor, award=commitment.award, on=on.isoformat()),
        about=commitment,
    )
    return payment
