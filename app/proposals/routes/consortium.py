"""Who applies together: partners, budgets, rules, the lead's career, asking for exceptions."""

from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.accounts.tries import may_send_letter
from app.calls import eligibility
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.core.work import abandon_changes
from app.proposals import policy, queries, service, views
from app.proposals.forms import AskForm, BackgroundForm, SmallForm, partner_form
from app.proposals.models import Partner, Proposal
from app.proposals.routes.room import bp, own, to_page
from app.proposals.service import PartnerOvertaken


def _partner(proposal: Proposal, partner_id: str) -> Partner:
    partner = queries.get_partner(partner_id)
    return require(partner if partner and partner.proposal_id == proposal.id else None)


@bp.get("/proposals/<id:proposal_id>/consortium")
@access(Lens.APPLICANT, policy.may_see_own)
def consortium(proposal_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    draft = require(queries.get_draft(proposal_id))
    partners = queries.partners_of(proposal_id)
    return render_template(
        "proposals/consortium.html",
        proposal=proposal,
        call=call_views.call_row(call),
        lead={"name": draft.organisation, "country": draft.country},
        partners=[views.partner_values(partner) for partner in partners],
        shares=views.share_rows(service.shares_of(call, draft, partners)),
        findings=service.findings_of(call, proposal, draft),
        exemptions=queries.exemptions_of(proposal_id),
        asks_confirmation=call.partners_confirm,
        may_write=policy.may_write(signed_in(), proposal, call),
        form=SmallForm(),
    )


@bp.route("/proposals/<id:proposal_id>/consortium/new", methods=["GET", "POST"])
@bp.route("/proposals/<id:proposal_id>/consortium/<id:partner_id>", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_write)
def edit_partner(proposal_id: str, partner_id: str = "") -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    actor = signed_in()
    enforce(policy.may_write(actor, proposal, call))
    partner = _partner(proposal, partner_id) if partner_id else None
    form, theirs = partner_form(call, partner), None
    if form.validate_on_submit():
        try:
            with refusals_shown_on(form):
                _save_partner(proposal, call, partner, form)
                return to_page(proposal, "consortium")
        except PartnerOvertaken as overtaken:
            abandon_changes()
            theirs = views.partner_values(overtaken.partner)
            form.refuse(
                _(
                    "Somebody else changed this partner while you were writing. Yours is in the "
                    "form, theirs below it. Saving again keeps yours."
                )
            )
            form.version.data = overtaken.partner.revision
    draft = queries.get_draft(proposal_id)
    country = form.country.data or (draft.country if draft else "")
    return render_template(
        "proposals/edit_partner.html",
        form=form,
        theirs=theirs,
        proposal=proposal,
        partner=partner,
        fellowship=eligibility.is_fellowship(call.eligibility),
        suggested=queries.organisations_like(form.name.data or "", "")
        if form.name.data
        else queries.organisations_like("", country),
    )


def _save_partner(proposal: Proposal, call: Call, partner: Partner | None, form: Any) -> None:  # noqa: ANN401 - a form
    draft, actor = form.to_draft(), signed_in()
    if partner is None:
        service.add_partner(actor, proposal, call, draft)
    else:
        service.change_partner(
            actor, proposal, call, partner, draft, revision=form.version.data or 0
        )


@bp.post("/proposals/<id:proposal_id>/consortium/<id:partner_id>/remove")
@access(Lens.APPLICANT, policy.may_write)
def remove_partner(proposal_id: str, partner_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    partner = _partner(proposal, partner_id)
    service.remove_partner(signed_in(), proposal, call, partner)
    flash(_("“%(name)s” is removed.", name=partner.name), "good")
    return to_page(proposal, "consortium")


@bp.post("/proposals/<id:proposal_id>/consortium/<id:partner_id>/ask")
@access(Lens.APPLICANT, policy.may_write)
def ask_partner(proposal_id: str, partner_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    partner = _partner(proposal, partner_id)
    enforce(policy.may_write(signed_in(), proposal, call))
    if partner.contact_email and not may_send_letter(partner.contact_email, proposal_id):
        flash(_("Several letters went there in the last hour. Try again later."), "wait")
        return to_page(proposal, "consortium")
    service.ask_to_confirm(signed_in(), proposal, call, partner)
    flash(_("A letter is on its way to the contact of “%(name)s”.", name=partner.name), "good")
    return to_page(proposal, "consortium")


@bp.route("/proposals/<id:proposal_id>/background", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_write)
def background(proposal_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    actor = signed_in()
    enforce(policy.may_write(actor, proposal, call))
    form = BackgroundForm(obj=queries.background_of(proposal_id))
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.describe_background(actor, proposal, call, form.to_draft())
            return to_page(proposal)
    return render_template("proposals/background.html", form=form, proposal=proposal)


@bp.route("/proposals/<id:proposal_id>/exception", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_ask_exemption)
def ask_exemption(proposal_id: str) -> ResponseReturnValue:
    """Ask the call's office to be let off one of its rules, or for more time."""
    proposal, call = own(proposal_id)
    actor = signed_in()
    enforce(policy.may_ask_exemption(actor, proposal, call))
    form = AskForm(rule=request.args.get("rule") or service.DEADLINE)
    form.rule.choices = [
        (service.DEADLINE, _("More time than the deadline")),
        *call_views.eligibility_choices(call),
    ]
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.ask_exemption(
                actor, proposal, call, rule=form.rule.data, reason=form.reason.data
            )
            flash(_("Your request is with the call’s office. You will get its answer by mail."))
            return to_page(proposal, "consortium")
    return render_template("proposals/ask_exception.html", form=form, proposal=proposal)


@bp.get("/organisations")
@access(Lens.APPLICANT, policy.may_list_own)
def organisations() -> ResponseReturnValue:
    """Return entries of the local list that hold the words typed, for the script beside a field."""
    enforce(policy.may_list_own(signed_in()))
    found = queries.organisations_like(request.args.get("q", "")[:100])
    return {
        "found": [
            {"name": each.name, "city": each.city, "country": each.country, "ror": each.ror}
            for each in found
        ]
    }
