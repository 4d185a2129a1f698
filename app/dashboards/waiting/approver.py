"""What waits for an approver's signature."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.allocation import rules
from app.allocation.models import Allocation, AllocationState, SignOff
from app.allocation.rules import Signed
from app.calls import views as call_views
from app.calls.models import Call
from app.core.db import db
from app.core.money import Money
from app.proposals import queries as proposals
from app.reviewers import queries as reviewers

Values = dict[str, Any]


def waiting(actor: Actor) -> Values:
    """Return the allocations somebody can sign, and those that wait for another hand."""
    statement = (
        select(Allocation, Call)
        .join(Call, Call.id == Allocation.call_id)
        .where(Allocation.state == AllocationState.PROPOSED)
        .order_by(Allocation.proposed_at, Allocation.id)
    )
    if not actor.holds(Role.APPROVER):
        statement = statement.where(Call.id.in_(actor.scopes_of(Role.APPROVER)))
    closed = proposals.calls_applied_in(actor.id) | reviewers.conflicted_calls(actor.id)
    rows = [row for row in db.session.execute(statement) if row[1].id not in closed]
    signed: dict[str, list[Signed]] = {}
    for one in db.session.scalars(
        select(SignOff).where(SignOff.allocation_id.in_([made.id for made, _call in rows]))
    ):
        signed.setdefault(one.allocation_id, []).append(Signed(one.account_id, one.act, one.sha256))
    found = [_values(actor, made, call, signed.get(made.id, [])) for made, call in rows]
    return {
        "yours": [row for row in found if row["may_sign"]],
        "others": [row for row in found if not row["may_sign"]],
    }


def _values(actor: Actor, made: Allocation, call: Call, signed: list[Signed]) -> Values:
    verdict = rules.can_approve(
        made.state, signed, actor.id, sha256=made.sha256, seen_sha256=made.sha256
    )
    return {
        "title": call.title,
        "code": call.code,
        "url": url_for("allocation.desk", call_id=call.id),
        "spent": Money(made.spent_minor, made.currency).show(),
        "budget": Money(made.budget_minor, made.currency).show(),
        "proposed": call_views.local(call, made.proposed_at),
        "given": rules.approvals(signed, made.sha256),
        "needed": call.approvals_needed,
        "may_sign": bool(verdict),
        "reason": verdict.reason,
    }
