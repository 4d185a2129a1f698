"""Who sees who is late, writes to them, and decides about their own reminders."""

from app.accounts.actor import Actor
from app.calls import policy as calls
from app.calls.models import Call, CallState
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.reviewers import policy as reviewers


def may_see_late(actor: Actor, call: Call) -> Verdict:
    """See who owes reviews: the staff of the call. Grades and drafts are not on that page."""
    return reviewers.may_see_pool(actor, call)


def may_remind(actor: Actor, call: Call) -> Verdict:
    allowed = calls.may_run_call(actor, call)
    if allowed and call.state is not CallState.REVIEWING:
        return refused(_("Reviewers are reminded while the call is in review."))
    return allowed


def may_choose(_actor: Actor) -> Verdict:
    """Decide about one's own reminders: everybody who is signed in."""
    return ALLOWED
