"""Who may do what with proposals."""

from datetime import datetime

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.accounts.models import Role
from app.accounts.rules import email_key
from app.calls import interests
from app.calls import policy as calls
from app.calls.blinding import is_sealed
from app.calls.models import Call, CallState
from app.calls.queries import phase, phase_at
from app.calls.rules import Phase, can_apply
from app.core import clock
from app.core.arrival import now_but_for_the_line
from app.core.verdict import ALLOWED, Verdict, hidden, refused
from app.core.words import _
from app.proposals import deadline, queries, rules
from app.proposals.models import (
    Confirmation,
    Exemption,
    Invitation,
    InvitationState,
    MayDo,
    Partner,
    Proposal,
    ProposalState,
    Signatory,
)


def may_list_own(actor: Actor) -> Verdict:
    """Anybody signed in has a page of their own proposals, empty or not."""
    return ALLOWED if actor else hidden()


def may_apply(actor: Actor, call: Call) -> Verdict:
    """Start a proposal in a call: never its own staff, who read what others submit."""
    verdict = calls.may_see_call(actor, call)
    if verdict and calls.is_staff(actor, call):
        return refused(_("You work on this call, so you cannot apply in it."))
    if verdict and not queries.may_enter_stage(actor.id, call):
        return refused(_("Only those whose outline was invited can apply in this call."))
    return verdict and can_apply(phase(call), closes_at=call.closes_at, zone=call.zone)


def may_list_equality(actor: Actor) -> Verdict:
    """List the calls with counts of equality monitoring: auditors and administrators."""
    if actor.holds_anywhere(Role.AUDITOR) or actor.holds(Role.ADMINISTRATOR):
        return ALLOWED
    return hidden("Only auditors read counts of equality monitoring.")


def may_read_equality(actor: Actor, call: Call) -> Verdict:
    """Read the counts of equality monitoring: auditors and administrators, never the desk."""
    if actor.holds(Role.AUDITOR, call.id) or actor.holds(Role.ADMINISTRATOR):
        return interests.has_none(actor, call)
    return hidden("Only auditors read counts of equality monitoring.")


def may_see_own(actor: Actor, proposal: Proposal) -> Verdict:
    """See a proposal from the applicants' side."""
    if queries.is_member(proposal.id, actor.id):
        return ALLOWED
    return hidden("Only those who apply see it.")


def may_write(actor: Actor, proposal: Proposal, call: Call) -> Verdict:
    """Write and attach: the lead and those who were given it, while the call is open."""
    verdict = may_see_own(actor, proposal)
    if verdict and queries.may_do(proposal.id, actor.id) is not MayDo.EDIT:
        return refused(_("You may read this proposal. Ask the lead applicant to let you write."))
    return verdict and can_change(proposal, call, at=now_but_for_the_line())


def can_change(proposal: Proposal, call: Call, at: datetime | None = None) -> Verdict:
    """Whether anybody can change the proposal, now or at another moment, whoever asks.

    After the call's deadline its grace counts, and what the office gave this proposal alone.
    """
    verdict, moment = rules.can_write(proposal.state), at or clock.now()
    if not verdict or phase_at(call, moment) is Phase.OPEN:
        return verdict
    last = queries.last_moment_of(proposal, call)
    if deadline.in_time(call.state, moment, call.opens_at, last):
        return ALLOWED
    return can_apply(phase_at(call, moment), closes_at=last, zone=call.zone)


def may_ask_exemption(actor: Actor, proposal: Proposal, call: Call) -> Verdict:
    """Ask the office for an exception or for more time, a while after the deadline too."""
    verdict = may_see_own(actor, proposal)
    if verdict and queries.may_do(proposal.id, actor.id) is not MayDo.EDIT:
        return refused(_("You may read this proposal. Ask the lead applicant to let you write."))
    if verdict and is_sealed(call):
        return refused(
            _("The staff of this call do not learn who applies, so nobody can ask them here.")
        )
    if verdict and call.state is not CallState.PUBLISHED:
        return refused(_("The call has moved on; the office makes no exceptions any more."))
    return verdict and rules.can_write(proposal.state)


def may_give_time(actor: Actor, call: Call) -> Verdict:
    """Give one proposal more time: the call's officers, until people move the call on."""
    allowed = calls.may_run_call(actor, call)
    if allowed and call.state is not CallState.PUBLISHED:
        return refused(_("The call has moved on; nobody can get more time now."))
    return allowed


def may_count_at_deadline(proposal: Proposal, call: Call) -> Verdict:
    """Hand in a complete draft by itself: where the call says that it counts."""
    if call.complete_draft_counts and proposal.state is ProposalState.DRAFT:
        return ALLOWED
    return refused(_("Drafts of this call do not count."))


def may_return(actor: Actor, call: Call, proposal: Proposal) -> Verdict:
    """Give a submitted proposal back to be corrected, once the call has closed."""
    allowed = calls.may_run_call(actor, call)
    if allowed and phase(call) is not Phase.CLOSED:
        return refused(_("Proposals are returned while they are screened: after the deadline."))
    if allowed and proposal.state is not ProposalState.SUBMITTED:
        return refused(_("Only a submitted proposal can be returned."))
    return allowed


def may_comment(actor: Actor, proposal: Proposal, call: Call) -> Verdict:
    """Say something about a question, for the other members."""
    verdict = may_see_own(actor, proposal)
    if verdict and queries.may_do(proposal.id, actor.id) is MayDo.VIEW:
        return refused(_("You may read this proposal. Ask the lead applicant to let you comment."))
    return verdict and can_change(proposal, call)


def may_lead(actor: Actor, proposal: Proposal) -> Verdict:
    """Decide who takes part, and what is handed in: the lead applicant alone."""
    verdict = may_see_own(actor, proposal)
    if verdict and not queries.is_lead(proposal.id, actor.id):
        return refused(_("The lead applicant does this."))
    return verdict


def may_submit(actor: Actor, proposal: Proposal, call: Call) -> Verdict:
    """Hand the proposal in: the lead applicant, while it can be changed."""
    return may_lead(actor, proposal) and can_change(proposal, call, at=now_but_for_the_line())


def may_accept(actor: Actor, invitation: Invitation, proposal: Proposal, call: Call) -> Verdict:
    """Accept an invitation: whoever proved the address it went to, and is not of the staff."""
    if invitation.state is not InvitationState.OPEN:
        return refused(_("This invitation was answered or taken back."))
    if not actor.confirmed or email_key(actor.email) != invitation.email_key:
        return refused(
            _(
                "The invitation went to another address than the one you are signed in with. Sign "
                "in, or register, with the address the letter came to."
            )
        )
    if calls.is_staff(actor, call):
        return refused(_("You work on this call, so you cannot apply in it."))
    return can_change(proposal, call)


def may_withdraw(actor: Actor, proposal: Proposal) -> Verdict:
    return may_lead(actor, proposal) and rules.can_withdraw(proposal.state)


def may_screen(actor: Actor, call: Call, proposal: Proposal) -> Verdict:
    """Decide eligibility, once the call has closed."""
    allowed = calls.may_run_call(actor, call)
    if allowed and proposal.state is ProposalState.RETURNED:
        until = queries.last_moment_of(proposal, call)
        return rules.can_screen_returned(until, clock.now(), call.zone)
    return allowed and rules.can_screen(proposal.state)


def may_answer_as_partner(partner: Partner, proposal: Proposal, call: Call) -> Verdict:
    """Answer for an organisation: whoever holds the link of the letter, while it can change."""
    if partner.confirmation is Confirmation.NONE:
        return refused(_("The application was changed since. You will get a new letter."))
    return can_change(proposal, call)


def may_decide_exemption(actor: Actor, call: Call, exemption: Exemption) -> Verdict:
    """Let a proposal off a rule: the call's officers, once for each request."""
    allowed = calls.may_run_call(actor, call)
    if allowed and exemption.call_id != call.id:
        return hidden("It belongs to another call.")
    if allowed and exemption.granted is not None:
        return refused(_("This request was decided already."))
    return allowed


def may_load_organisations(actor: Actor) -> Verdict:
    """Replace the local list: whoever runs the server, by a command."""
    return ALLOWED if actor == SYSTEM_ACTOR else refused(_("Only the operator loads lists."))


def may_sign_off(signatory: Signatory, proposal: Proposal, call: Call) -> Verdict:
    """Sign off for the organisation: whoever holds the link of the letter, once."""
    if signatory.signed_at is not None:
        return refused(_("This application is signed off."))
    return can_change(proposal, call)
