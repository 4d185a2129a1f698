"""The signatory's sign-off: asked for by the lead, given by the link of a letter."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.accounts.tries import may_send_letter
from app.calls import eligibility
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Audience
from app.core.access import access, anyone
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.proposals import links, policy, queries, service, views
from app.proposals.forms import SignatoryForm, SignForm
from app.proposals.routes.room import bp, own, to_page


@bp.route("/proposals/<id:proposal_id>/signatory", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_see_own)
def signatory(proposal_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    actor, draft = signed_in(), require(queries.get_draft(proposal_id))
    named = queries.signatory_of(proposal_id)
    form = SignatoryForm(obj=named)
    if eligibility.is_fellowship(call.eligibility):
        form.of_supervisor()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            enforce(policy.may_submit(actor, proposal, call))
            if may_send_letter(form.email.data, proposal_id):
                service.ask_signatory(
                    actor, proposal, call, name=form.name.data, email=form.email.data
                )
                flash(_("A letter is on its way to %(name)s.", name=form.name.data), "good")
                return to_page(proposal, "signatory")
            form.refuse(_("Several letters went there in the last hour. Try again later."))
    problems = service.problems_of_signature(call, proposal, draft)
    return render_template(
        "proposals/signatory.html",
        form=form,
        proposal=proposal,
        named=named,
        fellowship=eligibility.is_fellowship(call.eligibility),
        at=call_views.local(call, named.signed_at) if named and named.signed_at else None,
        problem=problems[0].sentence if problems else "",
        may_submit=policy.may_submit(actor, proposal, call),
    )


@bp.route("/signatory/<string:token>", methods=["GET", "POST"])
@anyone(Lens.APPLICANT)
def sign_off(token: str) -> ResponseReturnValue:
    """Show the whole application to the signatory; only the button signs."""
    named = links.signatory_of(token)
    if named is None:
        return render_template("proposals/link_over.html"), 410
    proposal = require(queries.get_proposal(named.proposal_id))
    call = require(calls.get_call(proposal.call_id))
    draft = require(queries.get_draft(proposal.id))
    form, signed = SignForm(), False
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.sign_off(
                named, proposal, call, name=form.name.data, seen_sha256=form.seen.data or ""
            )
            signed = True
    form.seen.data = service.signed_sha256(proposal, draft)
    questions = calls.questions_of(call.id)
    partners = queries.partners_of(proposal.id)
    return render_template(
        "proposals/sign_off.html",
        form=form,
        signed=signed,
        fellowship=eligibility.is_fellowship(call.eligibility),
        call=call_views.call_row(call),
        draft=views.draft_rows(draft),
        identity=views.sections(questions, draft.identity, Audience.IDENTITY, {}, call.currency),
        science=views.sections(questions, draft.science, Audience.SCIENTIFIC, {}, call.currency),
        shares=views.share_rows(service.shares_of(call, draft, partners)) if partners else [],
        may_sign=policy.may_sign_off(named, proposal, call),
    )
