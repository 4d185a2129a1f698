"""Letting one proposal off: applicants ask with a reason, the call's office decides with one."""

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.proposals import notices, policy, queries
from app.proposals.events import ExemptionAsked, ExemptionDecided
from app.proposals.models import Exemption, ExemptionKind, Proposal
from app.proposals.rules import tidy


def ask_exemption(
    actor: Actor, proposal: Proposal, call: Call, *, rule: str, reason: str
) -> Exemption:
    """Ask the call's office to be let off a rule of eligibility."""
    enforce(policy.may_write(actor, proposal, call))
    hold(proposal)
    if rule not in {each["rule"] for each in call.eligibility}:
        enforce(refused(_("This call has no such rule.")))
    if not reason.strip():
        enforce(refused(_("Say why; the call’s office decides by it.")))
    for earlier in queries.exemptions_of(proposal.id):
        if earlier.rule == rule and earlier.granted is None:
            enforce(refused(_("You asked this already; the call’s office has not answered yet.")))
    asked = Exemption(
        proposal_id=proposal.id,
        call_id=call.id,
        kind=ExemptionKind.RULE,
        rule=rule,
        asked=tidy(reason),
        asked_at=clock.now(),
    )
    db.session.add(asked)
    record(actor, ExemptionAsked(kind=asked.kind, rule=rule), about=proposal)
    return asked


def decide_exemption(
    actor: Actor, call: Call, exemption: Exemption, *, granted: bool, reason: str
) -> None:
    """Let the proposal off, or not, with a reason that the applicants read."""
    hold(exemption)
    enforce(policy.may_decide_exemption(actor, call, exemption))
    if not reason.strip():
        enforce(refused(_("Say why; the applicants read it.")))
    exemption.granted, exemption.reason = granted, tidy(reason)
    exemption.decided_by, exemption.decided_at = actor.id, clock.now()
    proposal = queries.get_proposal(exemption.proposal_id)
    assert proposal is not None
    record(
        actor,
        ExemptionDecided(
            kind=exemption.kind, rule=exemption.rule, granted=granted, reason=exemption.reason
        ),
        about=proposal,
    )
    notices.tell_exemption(queries.members_of(proposal.id), call, exemption)
