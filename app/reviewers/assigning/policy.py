"""Who may see and make plans: the officers of the call, unless they are in its pool."""

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.reviewers import policy, queries


def may_see_plans(actor: Actor, call: Call) -> Verdict:
    """See plans: the staff of the call. They tell what people bid, so nobody of the pool may."""
    return policy.may_see_pool(actor, call) and _not_in_pool(actor, call)


def may_plan(actor: Actor, call: Call) -> Verdict:
    """Ask for plans, change and accept them."""
    return policy.may_assign(actor, call) and _not_in_pool(actor, call)


def _not_in_pool(actor: Actor, call: Call) -> Verdict:
    if queries.member(call.id, actor.id) is None:
        return ALLOWED
    return refused(
        _(
            "You are in the pool of this call, and plans tell what others wish to read. "
            "Somebody who does not review in it makes the plan."
        )
    )
