"""Who may see how people review, and rate it: the call's staff that is not in its pool."""

from app.accounts.actor import Actor
from app.calls import policy as calls
from app.calls.models import Call
from app.core.verdict import Verdict
from app.reviewers.assigning import policy as plans
from app.reviews import policy as reviews


def may_see_history(actor: Actor, call: Call) -> Verdict:
    return plans.may_see_plans(actor, call)


def may_read_reviews(actor: Actor, call: Call) -> Verdict:
    """Read what reviewers wrote, by the letters of their seats."""
    return plans.may_see_plans(actor, call) and reviews.may_see_scores(actor, call)


def may_rate(actor: Actor, call: Call) -> Verdict:
    """Say how much a review helped."""
    return may_read_reviews(actor, call) and calls.may_run_call(actor, call)
