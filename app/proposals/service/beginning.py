"""Beginning a proposal, empty or as a copy of an earlier one of one's own."""

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import db, one_at_a_time
from app.core.gate import enforce
from app.ledger.service import record
from app.proposals import policy, queries
from app.proposals.events import ProposalStarted
from app.proposals.models import Draft, MemberRole, Proposal, ProposalMember
from app.proposals.service import at_deadline


def start(actor: Actor, call: Call) -> Proposal:
    """Begin a proposal; a second click finds the draft that the first began."""
    enforce(policy.may_apply(actor, call))
    one_at_a_time(f"a proposal of {actor.id} in {call.id}")
    begun = queries.draft_in_call(actor.id, call.id)
    if begun is not None:
        return begun
    proposal = Proposal(call_id=call.id)
    db.session.add(proposal)
    db.session.flush()
    db.session.add_all(
        [
            ProposalMember(
                proposal_id=proposal.id,
                account_id=actor.id,
                role=MemberRole.LEAD,
                name=actor.name,
            ),
            Draft(
                proposal_id=proposal.id,
                organisation=actor.organisation,
                country=actor.country,
                currency=call.currency,
                saved_at=clock.now(),
            ),
        ]
    )
    record(actor, ProposalStarted(call=call.code), about=proposal)
    at_deadline.watch(proposal, call)
    return proposal
