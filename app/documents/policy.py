"""Who may have which document. Nothing exists for anybody before the release."""

from collections.abc import Iterable

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls import interests
from app.calls import policy as calls
from app.calls.models import Call
from app.core.verdict import ALLOWED, Verdict, hidden
from app.proposals import policy as proposals
from app.proposals.models import Proposal


def may_see_reports(actor: Actor, call: Call) -> Verdict:
    """See a call's reports from the staff's side."""
    return calls.may_see_desk(actor, call)


def may_ask_again(actor: Actor, call: Call) -> Verdict:
    """Have a report rendered that could not be."""
    return calls.may_run_call(actor, call)


def may_stop(actor: Actor, call: Call) -> Verdict:
    """End the making of a report, to have it made at a better time."""
    return calls.may_run_call(actor, call)


def may_have_receipt(actor: Actor, proposal: Proposal) -> Verdict:
    return proposals.may_see_own(actor, proposal)


def may_have_certificates(actor: Actor) -> Verdict:
    """Have one's own reviews certified: whoever reviewed, whatever they do now."""
    return ALLOWED if actor else hidden()


def may_see_contributions(actor: Actor) -> Verdict:
    """Open the funders' pages."""
    if actor.holds_anywhere(Role.FUNDER):
        return ALLOWED
    return hidden("Only those who represent a funder see contributions.")


def may_see_funded_call(actor: Actor, funder_ids: Iterable[str], call: Call) -> Verdict:
    """See what became of a call as a representative of one of the funders that paid for it."""
    if call.released_at is not None and any(
        actor.holds(Role.FUNDER, funder_id) for funder_id in funder_ids
    ):
        return ALLOWED
    return hidden("Only the funders of a released call see its reports.")


def may_audit(actor: Actor) -> Verdict:
    """Open the auditors' pages."""
    if actor.holds_anywhere(Role.AUDITOR):
        return ALLOWED
    return hidden("Only auditors read the ledger.")


def may_audit_call(actor: Actor, call: Call) -> Verdict:
    """Read everything of one call, its reports included."""
    if actor.holds(Role.AUDITOR, call.id):
        return interests.has_none(actor, call)
    return hidden("Only the auditors of the call read it.")


def may_read_ledger(actor: Actor) -> Verdict:
    """Read the whole ledger, which is of all calls: not for auditors of particular ones."""
    if actor.holds(Role.AUDITOR):
        return ALLOWED
    return hidden("Only auditors of all calls read the whole ledger.")
