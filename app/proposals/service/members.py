"""Who writes a proposal: inviting, accepting, revoking, and handing over the lead."""

from app.accounts import rules as accounts
from app.accounts.actor import Actor
from app.accounts.service import correspondent
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.proposals import notices, policy, queries
from app.proposals.events import (
    InvitationAnswered,
    InvitationTakenBack,
    LeadHandedOver,
    MemberChanged,
    MemberInvited,
    MemberLeft,
)
from app.proposals.models import (
    Invitation,
    InvitationState,
    MayDo,
    MemberRole,
    Proposal,
    ProposalMember,
)

MOST_OPEN = 30  # invitations that wait for an answer


def invite(actor: Actor, proposal: Proposal, call: Call, email: str, may: MayDo) -> Invitation:
    """Invite somebody to write along; the same address again gets a new letter."""
    enforce(policy.may_lead(actor, proposal))
    enforce(policy.can_change(proposal, call))
    hold(proposal)
    if not accounts.is_email(email.strip()):
        enforce(refused(_("“%(text)s” is not an e-mail address.", text=email)))
    key = accounts.email_key(email)
    if key == accounts.email_key(actor.email):
        enforce(refused(_("You are in this proposal already.")))
    waiting = queries.open_invitations(proposal.id)
    if len(waiting) >= MOST_OPEN:
        enforce(refused(_("Too many invitations wait for an answer. Take some of them back.")))
    for earlier in waiting:
        if earlier.email_key == key:
            earlier.state = InvitationState.TAKEN_BACK
    invitation = Invitation(
        proposal_id=proposal.id,
        email=email.strip(),
        email_key=key,
        may=may,
        invited_at=clock.now(),
    )
    db.session.add(invitation)
    db.session.flush()
    notices.invite(correspondent("", email.strip()), call, invitation, actor.name)
    record(actor, MemberInvited(may=may), about=proposal)
    return invitation


def take_back(actor: Actor, proposal: Proposal, invitation: Invitation) -> None:
    enforce(policy.may_lead(actor, proposal))
    hold(invitation)
    if invitation.state is not InvitationState.OPEN:
        enforce(refused(_("This invitation was answered or taken back.")))
    invitation.state = InvitationState.TAKEN_BACK
    record(actor, InvitationTakenBack(), about=proposal)


def answer_invitation(
    actor: Actor, invitation: Invitation, proposal: Proposal, call: Call, *, accepts: bool
) -> None:
    """Take part, or not; declining needs no account that fits."""
    hold(invitation)
    enforce(policy.may_accept(actor, invitation, proposal, call))
    invitation.state = InvitationState.ACCEPTED if accepts else InvitationState.DECLINED
    record(actor, InvitationAnswered(accepted=accepts), about=proposal)
    lead = queries.people_of(proposal.id)[0]
    if accepts and not queries.is_member(proposal.id, actor.id):
        db.session.add(
            ProposalMember(
                proposal_id=proposal.id,
                account_id=actor.id,
                role=MemberRole.CO_APPLICANT,
                may=invitation.may,
                name=actor.name,
            )
        )
    notices.tell_invitation_answered(lead.account_id, call, proposal, actor.name, accepts=accepts)


def change_member(actor: Actor, proposal: Proposal, member: ProposalMember, may: MayDo) -> None:
    """Change what a co-applicant may do; it counts from their next request."""
    enforce(policy.may_lead(actor, proposal))
    _enforce_co_applicant(member)
    member.may = may
    record(actor, MemberChanged(may=may), about=proposal)


def revoke(actor: Actor, proposal: Proposal, member: ProposalMember) -> None:
    """Take a co-applicant out; from their next request the proposal is not there for them."""
    enforce(policy.may_see_own(actor, proposal))
    if member.account_id != actor.id:  # anybody may leave by themselves
        enforce(policy.may_lead(actor, proposal))
    _enforce_co_applicant(member)
    db.session.delete(member)
    record(actor, MemberLeft(), about=proposal)


def hand_over(actor: Actor, proposal: Proposal, member: ProposalMember) -> None:
    """Give the lead to a co-applicant; who led stays as a co-applicant who may write."""
    hold(proposal)
    enforce(policy.may_lead(actor, proposal))
    _enforce_co_applicant(member)
    own = queries.membership(proposal.id, actor.id)
    assert own is not None
    own.role, own.may = MemberRole.CO_APPLICANT, MayDo.EDIT
    member.role, member.may = MemberRole.LEAD, MayDo.EDIT
    record(actor, LeadHandedOver(), about=proposal)
    notices.tell_lead(member.account_id, proposal, actor.name)


def _enforce_co_applicant(member: ProposalMember) -> None:
    if member.role is MemberRole.LEAD:
        enforce(refused(_("This is the lead applicant. Hand over the lead first.")))
