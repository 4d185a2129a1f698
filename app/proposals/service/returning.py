"""Giving a submitted proposal back to its applicants, with what is to be mended."""

from collections.abc import Sequence
from datetime import datetime

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.proposals import deadline, notices, policy, queries
from app.proposals.events import ProposalReturned
from app.proposals.models import Correction, Proposal, ProposalState
from app.proposals.rules import tidy

MOST_POINTS = 40


def return_for_correction(
    actor: Actor, call: Call, proposal: Proposal, *, points: Sequence[str], until: datetime
) -> Correction:
    """Let the applicants change and submit again until `until`; till then the version stands."""
    hold(call, proposal)
    enforce(policy.may_return(actor, call, proposal))
    enforce(deadline.can_return(call.state, until, clock.now()))
    told = [tidy(point) for point in points if point.strip()]
    if not told:
        enforce(refused(_("List what is to be mended, one point a line.")))
    if len(told) > MOST_POINTS:
        enforce(refused(_("List at most %(n)s points.", n=MOST_POINTS)))
    correction = Correction(
        proposal_id=proposal.id,
        points=told,
        until=until,
        returned_at=clock.now(),
        account_id=actor.id,
    )
    db.session.add(correction)
    proposal.state = ProposalState.RETURNED
    record(actor, ProposalReturned(points=len(told), until=clock.to_text(until)), about=proposal)
    notices.tell_returned(queries.members_of(proposal.id), call, proposal, correction)
    return correction
