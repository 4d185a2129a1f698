"""Who may do what with proposals."""

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.accounts.rules import email_key
from app.calls import interests
from app.calls import policy as calls
from app.calls.models import Call
from app.calls.queries import phase
from app.calls.rules import can_apply
from app.core.verdict import ALLOWED, Verdict, hidden, refused
from app.core.words import _
from app.proposals import queries, rules
from app.proposals.models import (
    Confirmation,
    Exemption,
    Invitation,
    InvitationState,
    MayDo,
    Partner,
    Proposal,
)


def may_list_own(actor: Actor) -> Verdict:
    """Anybody signed in has a page of their own proposals, empty or not."""
    return ALLOWED if actor else hidden()


def may_apply(actor: Actor, call: Call) -> Verdict:
    """Start a proposal in a call: never its own staff, who read what others submit."""
    verdict = calls.may_see_call(actor, call)
    if verdict and calls.is_staff(actor, call):
        return refused(_("You work on this call, so you cannot apply in it."))
    return verdict and can_apply(phase(call), closes_at=call.closes_at, zone=call.zone)


@interests.keeps_away
def stays_off_the_desk(actor: Actor, call: Call) -> Verdict:
    """Whether somebody does not apply in the call, whatever office they hold there."""
    if queries.applies_in(actor.id, call.id):
        return refused(_("You apply in this call, so its desk is closed to you."))
    return ALLOWED


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
    return verdict and can_change(proposal, call)


def can_change(proposal: Proposal, call: Call) -> Verdict:
    """Whether anybody can change the proposal now, whoever asks."""
    return rules.can_write(proposal.state) and can_apply(
        phase(call), closes_at=call.closes_at, zone=call.zone
    )


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
    return may_lead(actor, proposal) and can_change(proposal, call)


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
    return calls.may_run_call(actor, call) and rules.can_screen(proposal.state)


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
