"""Letting one proposal off: applicants ask with a reason, the call's office decides with one."""

from datetime import datetime

from app.accounts.actor import Actor
from app.accounts.queries import confirmed_owner
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

DEADLINE = "deadline"  # asked for instead of a rule


def ask_exemption(
    actor: Actor, proposal: Proposal, call: Call, *, rule: str, reason: str
) -> Exemption:
    """Ask the call's office to be let off a rule of eligibility, or for more time."""
    enforce(policy.may_ask_exemption(actor, proposal, call))
    hold(proposal)
    kind = ExemptionKind.DEADLINE if rule == DEADLINE else ExemptionKind.RULE
    if kind is ExemptionKind.RULE and rule not in {each["rule"] for each in call.eligibility}:
        enforce(refused(_("This call has no such rule.")))
    if not reason.strip():
        enforce(refused(_("Say why; the call’s office decides by it.")))
    for earlier in queries.exemptions_of(proposal.id):
        if earlier.rule == rule and earlier.granted is None:
            enforce(refused(_("You asked this already; the call’s office has not answered yet.")))
    asked = Exemption(
        proposal_id=proposal.id,
        call_id=call.id,
        kind=kind,
        rule=rule,
        asked=tidy(reason),
        asked_at=clock.now(),
    )
    db.session.add(asked)
    record(actor, ExemptionAsked(kind=asked.kind, rule=rule), about=proposal)
    return asked


def decide_exemption(
    actor: Actor,
    call: Call,
    exemption: Exemption,
    *,
    granted: bool,
    reason: str,
    until: datetime | None = None,
) -> None:
    """Let the proposal off, or not, with a reason that the applicants read.

    `until` is the proposal's own deadline, where it asked for more time.
    """
    hold(exemption)
    enforce(policy.may_decide_exemption(actor, call, exemption))
    if not reason.strip():
        enforce(refused(_("Say why; the applicants read it.")))
    if granted and exemption.kind is ExemptionKind.DEADLINE:
        _enforce_later(call, until)
        exemption.until = until
    exemption.granted, exemption.reason = granted, tidy(reason)
    exemption.decided_by, exemption.decided_at = actor.id, clock.now()
    proposal = queries.get_proposal(exemption.proposal_id)
    assert proposal is not None
    record(
        actor,
        ExemptionDecided(
            kind=exemption.kind,
            rule=exemption.rule,
            granted=granted,
            reason=exemption.reason,
            until=clock.to_text(exemption.until) if exemption.until else "",
        ),
        about=proposal,
    )
    notices.tell_exemption(queries.members_of(proposal.id), call, exemption)


def give_time(
    actor: Actor, call: Call, *, email: str, until: datetime, reason: str
) -> list[Exemption]:
    """Give the proposals of one lead applicant more time, without their having asked here."""
    enforce(policy.may_give_time(actor, call))
    if not reason.strip():
        enforce(refused(_("Say why; the applicants read it.")))
    _enforce_later(call, until)
    account = confirmed_owner(email)
    led = queries.led_in(call.id, account) if account else []
    if not led:
        enforce(refused(_("Nobody with this address leads a proposal in this call.")))
    given = []
    for proposal in led:
        exemption = Exemption(
            proposal_id=proposal.id,
            call_id=call.id,
            kind=ExemptionKind.DEADLINE,
            rule=DEADLINE,
            asked_at=clock.now(),
            granted=True,
            reason=tidy(reason),
            decided_by=actor.id,
            decided_at=clock.now(),
            until=until,
        )
        db.session.add(exemption)
        event = ExemptionDecided(
            kind=exemption.kind,
            rule=DEADLINE,
            granted=True,
            reason=exemption.reason,
            until=clock.to_text(until),
        )
        record(actor, event, about=proposal)
        notices.tell_exemption(queries.members_of(proposal.id), call, exemption)
        given.append(exemption)
    return given


def _enforce_later(call: Call, until: datetime | None) -> None:
    if until is None or until <= call.closes_at:
        enforce(refused(_("More time ends later than the call’s own deadline. Say when.")))
