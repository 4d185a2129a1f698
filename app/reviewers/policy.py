"""Who may fill the pool, see conflicts and give seats: the officers of the call."""

from app.accounts.actor import Actor
from app.calls import policy as calls
from app.calls.models import Call
from app.calls.queries import phase
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.reviewers import queries, rules


def may_see_pool(actor: Actor, call: Call) -> Verdict:
    """See who reviews what: the staff of the call."""
    return calls.may_see_desk(actor, call)


def may_fill_pool(actor: Actor, call: Call) -> Verdict:
    return calls.may_run_call(actor, call) and rules.can_fill_pool(phase(call))


def may_assign(actor: Actor, call: Call) -> Verdict:
    """Give and take seats, while the call is assigning or reviewing."""
    return calls.may_run_call(actor, call) and rules.can_assign(phase(call))


def may_see_scores(actor: Actor, call: Call) -> Verdict:
    """See grades: the staff of the call, but who reviews too, not before their own are in."""
    seen = calls.may_see_desk(actor, call)
    if seen and rules.can_assign(phase(call)) and queries.owes_review(call.id, actor.id):
        return refused(_("You still owe a review in this call. Scores are shown once it is in."))
    return seen


def may_decide(actor: Actor, call: Call) -> Verdict:
    """Take part in the decision of a call: nobody with a conflict of interest in it."""
    if queries.has_conflict(call.id, actor.id):
        return refused(_("You have a conflict of interest in this call; others decide it."))
    return ALLOWED
