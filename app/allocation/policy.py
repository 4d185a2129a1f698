"""Who may rank, propose, approve and release."""

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls import policy as calls
from app.calls.models import Call
from app.core.verdict import Verdict, refused
from app.core.words import _
from app.proposals import policy as proposals
from app.proposals.models import Proposal
from app.reviewers import policy as reviewers


def may_see_ranking(actor: Actor, call: Call) -> Verdict:
    return reviewers.may_see_scores(actor, call)


def may_propose(actor: Actor, call: Call) -> Verdict:
    """Make the ranking and propose an allocation: the officer's work."""
    return calls.may_run_call(actor, call) and reviewers.may_decide(actor, call)


def may_approve(actor: Actor, call: Call) -> Verdict:
    """Approve or return an allocation; that it is not one's own is a rule, not an office."""
    seen = calls.may_see_desk(actor, call)
    if seen and not actor.holds(Role.APPROVER, call.id):
        return refused(_("Only an approver of this call may sign."))
    return seen and reviewers.may_decide(actor, call)


def may_release(actor: Actor, call: Call) -> Verdict:
    """Prepare what is told at the release: the officer's work."""
    return calls.may_run_call(actor, call) and reviewers.may_decide(actor, call)


def may_take_part(actor: Actor, call: Call) -> Verdict:
    """Be one of the two people behind a release or a draw: officers and approvers of the call."""
    return calls.may_see_desk(actor, call) and reviewers.may_decide(actor, call)


def may_see_outcome(actor: Actor, proposal: Proposal) -> Verdict:
    return proposals.may_see_own(actor, proposal)
