"""Taking a proposal out of its call."""

from app.accounts.actor import Actor
from app.core.gate import enforce
from app.core.holding import hold
from app.ledger.service import record
from app.proposals import policy
from app.proposals.events import ProposalWithdrawn
from app.proposals.models import Proposal, ProposalState


def withdraw(actor: Actor, proposal: Proposal) -> None:
    """Take the proposal out of the call, for good."""
    enforce(policy.may_lead(actor, proposal))
    hold(proposal)
    enforce(policy.may_withdraw(actor, proposal))
    proposal.state = ProposalState.WITHDRAWN
    record(actor, ProposalWithdrawn(number=proposal.number or ""), about=proposal)
