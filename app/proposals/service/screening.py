"""Deciding who is eligible, with a reason."""

from app.accounts.actor import Actor
from app.calls import queries as calls
from app.calls.models import Call, CallState
from app.calls.moving import before_move
from app.calls.rules import Phase
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _, plural
from app.ledger.service import record
from app.proposals import notices, policy, queries, rules
from app.proposals.events import ProposalScreened
from app.proposals.models import Ineligibility, Proposal, ProposalState, Screening


def screen(actor: Actor, call: Call, proposal: Proposal, *, eligible: bool, reason: str) -> None:
    """Decide eligibility with a reason; a later decision replaces it and both are kept."""
    hold(call, proposal)
    enforce(policy.may_screen(actor, call, proposal))
    phase = calls.phase(call)
    if phase not in {Phase.CLOSED, Phase.ASSIGNING}:
        enforce(refused(_("Eligibility is decided after the call closes and before reviewing.")))
    if not eligible and not reason.strip():
        enforce(refused(_("Say why it is not eligible; the applicants are told.")))
    proposal.state = ProposalState.ELIGIBLE if eligible else ProposalState.INELIGIBLE
    db.session.add(
        Screening(
            proposal_id=proposal.id,
            eligible=eligible,
            reason=reason.strip(),
            account_id=actor.id,
            decided_at=clock.now(),
        )
    )
    _tell_eligibility(call, proposal, "" if eligible else rules.tidy(reason))
    record(actor, ProposalScreened(eligible=eligible, reason=reason.strip()), about=proposal)


def _tell_eligibility(call: Call, proposal: Proposal, reason: str) -> None:
    """Tell the applicants why they are out, and when they are in again; who is in hears nothing."""
    told = queries.ineligibility(proposal.id)
    if told is not None:
        db.session.delete(told)
        db.session.flush()
    if reason:
        db.session.add(Ineligibility(proposal_id=proposal.id, reason=reason))
    if reason or told is not None:
        notices.tell_eligibility(queries.members_of(proposal.id), call, proposal, reason)


@before_move
def everything_is_screened(call: Call, to: CallState) -> str:
    """Nobody is left between eligible and not: after reviewing begins, that is not decided."""
    waiting = queries.unscreened_in(call.id) if to is CallState.REVIEWING else 0
    if not waiting:
        return ""
    return plural(
        "%(num)s proposal waits for a decision on its eligibility. Decide it first.",
        "%(num)s proposals wait for a decision on their eligibility. Decide them first.",
        waiting,
    )


@before_move
def nobody_has_time_left(call: Call, to: CallState) -> str:
    """Whoever was given more time is not overtaken: grace, more time, corrections."""
    if to is not CallState.ASSIGNING:
        return ""
    last = queries.last_moment_in(call)
    if clock.now() > last:
        return ""
    return _(
        "Somebody may still submit until %(until)s (%(zone)s): grace, more time or a correction.",
        until=notices.local_time(call, last),
        zone=call.zone,
    )
