"""Who may do what with proposals."""

from app.accounts.actor import Actor
from app.calls import policy as calls
from app.calls.models import Call
from app.calls.queries import phase
from app.calls.rules import can_apply
from app.core.verdict import ALLOWED, Verdict, hidden
from app.proposals import queries, rules
from app.proposals.models import Proposal


def may_list_own(actor: Actor) -> Verdict:
    """Anybody signed in has a page of their own proposals, empty or not."""
    return ALLOWED if actor else hidden()


def may_apply(actor: Actor, call: Call) -> Verdict:
    """Start a proposal in a call."""
    return calls.may_see_call(actor, call) and can_apply(
        phase(call), closes_at=call.closes_at, zone=call.zone
    )


def may_see_own(actor: Actor, proposal: Proposal) -> Verdict:
    """See a proposal from the applicants' side."""
    if queries.is_member(proposal.id, actor.id):
        return ALLOWED
    return hidden("Only those who apply see it.")


def may_write(actor: Actor, proposal: Proposal, call: Call) -> Verdict:
    """Write, attach and submit: a member, while the call is open."""
    return (
        may_see_own(actor, proposal)
        and rules.can_write(proposal.state)
        and can_apply(phase(call), closes_at=call.closes_at, zone=call.zone)
    )


def may_withdraw(actor: Actor, proposal: Proposal) -> Verdict:
    return may_see_own(actor, proposal) and rules.can_withdraw(proposal.state)


def may_screen(actor: Actor, call: Call, proposal: Proposal) -> Verdict:
    """Decide eligibility, once the call has closed."""
    return calls.may_run_call(actor, call) and rules.can_screen(proposal.state)
