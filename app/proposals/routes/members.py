"""Who writes along: the page of members, invitations, and the answer to one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.accounts.tries import may_send_letter
from app.calls import queries as calls
from app.calls import views as call_views
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.proposals import links, notices, policy, queries, service
from app.proposals.forms import AnswerForm, InviteForm, MemberForm, SmallForm
from app.proposals.models import MayDo, MemberRole, Proposal, ProposalMember
from app.proposals.routes.room import bp, own, to_page


def _member(proposal: Proposal, member_id: str) -> ProposalMember:
    return require(queries.get_member(proposal.id, member_id))


@bp.route("/proposals/<id:proposal_id>/people", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_see_own)
def people(proposal_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    actor, form = signed_in(), InviteForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            enforce(policy.may_lead(actor, proposal))
            if may_send_letter(form.email.data, proposal_id):
                service.invite(actor, proposal, call, form.email.data, MayDo(form.may.data))
                flash(_("The invitation is on its way to %(to)s.", to=form.email.data), "good")
                return to_page(proposal, "people")
            form.refuse(_("Several letters went there in the last hour. Try again later."))
    return render_template(
        "proposals/people.html",
        form=form,
        proposal=proposal,
        people=[_shown(member, actor.id) for member in queries.people_of(proposal_id)],
        invitations=[
            {"id": each.id, "email": each.email, "may": notices.may_words(each.may)}
            for each in queries.open_invitations(proposal_id)
        ],
        may_lead=policy.may_lead(actor, proposal) and policy.can_change(proposal, call),
    )


def _shown(member: ProposalMember, own_id: str) -> dict[str, object]:
    lead = member.role is MemberRole.LEAD
    return {
        "id": member.id,
        "name": member.name or _("Lead applicant"),
        "lead": lead,
        "may": _("leads the proposal") if lead else notices.may_words(member.may),
        "own": member.account_id == own_id,
    }


@bp.route("/proposals/<id:proposal_id>/people/<id:member_id>", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_lead)
def change_member(proposal_id: str, member_id: str) -> ResponseReturnValue:
    """Change what a co-applicant may do; the page also hands over the lead."""
    proposal, _call = own(proposal_id)
    actor = signed_in()
    member = _member(proposal, member_id)
    enforce(policy.may_lead(actor, proposal))
    form = MemberForm(data={"may": member.may.value})
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.change_member(actor, proposal, member, MayDo(form.may.data))
            return to_page(proposal, "people")
    return render_template(
        "proposals/change_member.html",
        form=form,
        small=SmallForm(formdata=None),
        proposal=proposal,
        member=_shown(member, actor.id),
    )


@bp.post("/proposals/<id:proposal_id>/people/<id:member_id>/revoke")
@access(Lens.APPLICANT, policy.may_see_own)
def revoke(proposal_id: str, member_id: str) -> ResponseReturnValue:
    proposal, _call = own(proposal_id)
    actor, member = signed_in(), _member(proposal, member_id)
    service.revoke(actor, proposal, member)
    if member.account_id == actor.id:
        flash(_("You left the proposal."), "good")
        return redirect(url_for("proposals.list_own"), 303)
    flash(_("%(name)s is no longer in the proposal.", name=member.name), "good")
    return to_page(proposal, "people")


@bp.post("/proposals/<id:proposal_id>/people/<id:member_id>/lead")
@access(Lens.APPLICANT, policy.may_lead)
def hand_over(proposal_id: str, member_id: str) -> ResponseReturnValue:
    proposal, _call = own(proposal_id)
    member = _member(proposal, member_id)
    service.hand_over(signed_in(), proposal, member)
    flash(_("%(name)s leads the proposal now.", name=member.name), "good")
    return to_page(proposal, "people")


@bp.post("/proposals/<id:proposal_id>/invitations/<id:invitation_id>/take-back")
@access(Lens.APPLICANT, policy.may_lead)
def take_back(proposal_id: str, invitation_id: str) -> ResponseReturnValue:
    proposal, _call = own(proposal_id)
    invitation = queries.get_invitation(invitation_id)
    invitation = require(
        invitation if invitation and invitation.proposal_id == proposal.id else None
    )
    service.take_back(signed_in(), proposal, invitation)
    flash(_("The invitation is taken back; its link no longer works."), "good")
    return to_page(proposal, "people")


@bp.route("/invitation/<string:token>", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_accept)
def answer_invitation(token: str) -> ResponseReturnValue:
    """Answer an invitation: whoever signs in with the address that the letter came to."""
    enforce(policy.may_list_own(signed_in()))
    invitation = links.invitation_of(token)
    if invitation is None:
        return render_template("proposals/link_over.html"), 410
    proposal = require(queries.get_proposal(invitation.proposal_id))
    call = require(calls.get_call(proposal.call_id))
    actor, form = signed_in(), AnswerForm()
    may_accept = policy.may_accept(actor, invitation, proposal, call)
    if form.validate_on_submit():
        with refusals_shown_on(form):
            accepts = form.answer.data == "yes"
            service.answer_invitation(actor, invitation, proposal, call, accepts=accepts)
            flash(_("Your answer is noted, and the lead applicant is told."), "good")
            if accepts:
                return to_page(proposal)
            return redirect(url_for("proposals.list_own"), 303)
    return render_template(
        "proposals/answer_invitation.html",
        form=form,
        call=call_views.call_row(call),
        may=notices.may_words(invitation.may),
        may_accept=may_accept,
    )
