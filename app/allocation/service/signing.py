"""Signing an allocation, its departures one by one, or sending it back."""

from app.accounts.actor import Actor
from app.allocation import policy, queries, rules
from app.allocation.computing import Data
from app.allocation.events import AllocationApproved, AllocationReturned, DepartureApproved
from app.allocation.models import (
    Allocation,
    AllocationState,
    DepartureApproval,
    Ranking,
    SignOff,
    SignOffAct,
)
from app.allocation.service.preparing import ask_for_preparation
from app.allocation.service.standing import money_stands, nobody_left
from app.calls.models import Call, CallState
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.panels.service import look_again_in


def sign(actor: Actor, allocation: Allocation, act: SignOffAct, reason: str = "") -> None:
    db.session.add(
        SignOff(
            allocation_id=allocation.id,
            account_id=actor.id,
            act=act,
            name=actor.name,
            reason=reason,
            sha256=allocation.sha256,
            signed_at=clock.now(),
        )
    )


def ranking_of(allocation: Allocation) -> Data:
    """Return the ranking that an allocation was made from."""
    return db.session.get_one(Ranking, allocation.ranking_id).result


def approve_departure(
    actor: Actor, call: Call, allocation: Allocation, number: str, *, seen_sha256: str
) -> None:
    """Agree to one departure with its reason; each is agreed to alone, by another person."""
    enforce(policy.may_approve(actor, call))
    hold(call, allocation)
    known = {one.number: one for one in queries.departures_of(allocation.id)}
    if number not in known:
        enforce(refused(_("%(number)s does not depart from the rule.", number=number)))
    signatures = queries.signed(queries.signatures_of(allocation.id))
    enforce(
        rules.can_approve_departure(
            allocation.state,
            signatures,
            actor.id,
            approved_by=known[number].approver,
            sha256=allocation.sha256,
            seen_sha256=seen_sha256,
        )
    )
    db.session.add(
        DepartureApproval(
            allocation_id=allocation.id,
            proposal_id=known[number].proposal_id,
            account_id=actor.id,
            name=actor.name,
            approved_at=clock.now(),
        )
    )
    record(
        actor,
        DepartureApproved(number=allocation.number, content_sha256=allocation.sha256),
        about=f"proposal:{known[number].proposal_id}",
    )
    look_again_in(call.id)


def approve(actor: Actor, call: Call, allocation: Allocation, *, seen_sha256: str) -> None:
    """Sign the allocation as it was shown; with enough signatures it is approved and frozen."""
    enforce(policy.may_approve(actor, call))
    hold(call, allocation)
    enforce(nobody_left(call, ranking_of(allocation)))
    enforce(money_stands(call, allocation))
    signatures = queries.signed(queries.signatures_of(allocation.id))
    enforce(
        rules.can_approve(
            allocation.state,
            signatures,
            actor.id,
            sha256=allocation.sha256,
            seen_sha256=seen_sha256,
        )
    )
    departing = queries.departures_of(allocation.id)
    enforce(rules.can_sign_with(sorted(one.number for one in departing if not one.approver)))
    sign(actor, allocation, SignOffAct.APPROVE)
    given = rules.approvals(signatures, allocation.sha256) + 1
    if given >= call.approvals_needed:
        allocation.state = AllocationState.APPROVED
        ask_for_preparation(allocation)
    record(
        actor,
        AllocationApproved(
            number=allocation.number,
            content_sha256=allocation.sha256,
            approvals=given,
            needed=call.approvals_needed,
        ),
        about=allocation,
    )


def send_back(actor: Actor, call: Call, allocation: Allocation, reason: str) -> None:
    """Return the allocation to the officer with a reason; it can be proposed anew.

    An approved one too, until it is released: somebody may withdraw at the last moment.
    """
    enforce(policy.may_approve(actor, call))
    hold(call, allocation)
    enforce(rules.can_send_back(allocation.state))
    if not reason.strip():
        enforce(refused(_("Say what should be different.")))
    allocation.state = AllocationState.RETURNED
    call.state = CallState.ALLOCATING
    sign(actor, allocation, SignOffAct.RETURN, reason.strip())
    record(
        actor, AllocationReturned(number=allocation.number, reason=reason.strip()), about=allocation
    )
    look_again_in(call.id)
