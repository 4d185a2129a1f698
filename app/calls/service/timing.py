"""When a call goes on: its next state, a later deadline, grace for what arrives a little late."""

from datetime import datetime

from app.accounts.actor import Actor
from app.calls import moving, policy, queries, rules
from app.calls.events import CallMoved, DeadlineExtended, GraceSet
from app.calls.models import Call, CallState
from app.calls.service.editing import instant_of_wall
from app.core import clock
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record

MOST_GRACE = 240  # minutes


def move(actor: Actor, call: Call, to: CallState) -> None:
    """Take the call to its next state, where people and not the clock decide."""
    enforce(policy.may_run_call(actor, call))
    hold(call)
    phase = queries.phase(call)
    enforce(rules.can_move(phase, to))
    for problem in moving.missing(call, to):
        enforce(refused(problem))
    call.state = to
    moving.moved(call, to)
    record(actor, CallMoved(before=phase.value, after=to.value), about=call)


def extend_deadline(actor: Actor, call: Call, closes: datetime, reason: str) -> None:
    """Move the deadline later, for everybody, with the reason in the ledger."""
    enforce(policy.may_run_call(actor, call))
    if queries.phase(call) not in {rules.Phase.ANNOUNCED, rules.Phase.OPEN}:
        enforce(refused(_("The deadline has passed; it cannot be extended any more.")))
    after = instant_of_wall(closes, call.zone)
    if after <= call.closes_at:
        enforce(refused(_("A deadline can only move later.")))
    event = DeadlineExtended(
        before=clock.to_text(call.closes_at), after=clock.to_text(after), reason=reason
    )
    call.closes_at, call.closes_wall = after, closes.isoformat()
    record(actor, event, about=call)


def set_grace(actor: Actor, call: Call, minutes: int, reason: str) -> None:
    """Let what arrives a little late count too; decided before the deadline, and only longer."""
    enforce(policy.may_run_call(actor, call))
    if queries.phase(call) not in {rules.Phase.DRAFTING, rules.Phase.ANNOUNCED, rules.Phase.OPEN}:
        enforce(refused(_("The deadline has passed; grace is decided before it.")))
    if not 0 <= minutes <= MOST_GRACE:
        enforce(refused(_("Grace is between 0 and %(n)s minutes.", n=MOST_GRACE)))
    if minutes < call.grace_minutes and call.state is not CallState.DRAFTING:
        enforce(refused(_("Grace can only grow once the call is published.")))
    if not reason.strip():
        enforce(refused(_("Give the reason; it stands in the ledger.")))
    event = GraceSet(before=call.grace_minutes, after=minutes, reason=reason.strip())
    call.grace_minutes = minutes
    record(actor, event, about=call)
