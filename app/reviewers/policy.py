"""Who may fill the pool, see conflicts and give seats: the officers of the call."""

from app.accounts.actor import Actor
from app.calls import policy as calls
from app.calls.models import Call
from app.calls.queries import phase
from app.core.verdict import Verdict
from app.reviewers import rules


def may_see_pool(actor: Actor, call: Call) -> Verdict:
    """See who reviews what: the staff of the call."""
    return calls.may_see_desk(actor, call)


def may_fill_pool(actor: Actor, call: Call) -> Verdict:
    return calls.may_run_call(actor, call) and rules.can_fill_pool(phase(call))


def may_assign(actor: Actor, call: Call) -> Verdict:
    """Give and take seats, while the call is assigning or reviewing."""
    return calls.may_run_call(actor, call) and rules.can_assign(phase(call))
