"""Offering oneself as a reviewer, and the terms of a call that allow it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.asides import Aside, said_of_calls
from app.calls.models import Call
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.reviewers import policy, queries, service, views
from app.reviewers.forms import OfferForm, TermsForm
from app.reviewers.routes.room import bp as desk
from app.reviewers.routes.room import call_of, to

bp = Blueprint("offers", __name__, url_prefix="/calls")


@said_of_calls
def _link(call: Call) -> Aside | None:
    if not policy.offers_are_welcome(call):
        return None
    return Aside(_("Offer to review"), url_for("offers.offer", code=call.code))


@bp.route("/<word:code>/offer-to-review", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_offer_oneself)
def offer(code: str) -> ResponseReturnValue:
    actor = signed_in()
    call = require(calls.call_with_code(code))
    enforce(policy.may_offer_oneself(actor, call))
    form = OfferForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.offer_oneself(actor, call, form.to_offer())
            flash(_("Thank you. The staff of the call will look at your offer."), "good")
            return redirect(url_for("calls.show_call", code=call.code), 303)
    return render_template("reviewers/offer.html", form=form, call=call_views.call_row(call))


@desk.route("/reviewers/terms", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_fill_pool)
def terms(call_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
    enforce(policy.may_fill_pool(actor, call))
    form = TermsForm(obj=queries.terms_of(call.id))
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.set_terms(
                actor,
                call,
                same_country=bool(form.same_country.data),
                self_nomination=bool(form.self_nomination.data),
            )
            flash(_("Saved."), "good")
            return to("pool", call)
    return render_template("reviewers/terms.html", form=form, call=call_views.call_row(call))


@desk.get("/reviewers/offers")
@access(Lens.STAFF, policy.may_see_pool)
def offers(call_id: str) -> ResponseReturnValue:
    call = call_of(call_id)
    return render_template(
        "reviewers/offers.html",
        call=call_views.call_row(call),
        rows=views.nomination_rows(call, queries.nominations_of(call.id)),
        may_fill=policy.may_fill_pool(signed_in(), call),
    )


@desk.post("/reviewers/offers/<id:nomination_id>")
@access(Lens.STAFF, policy.may_fill_pool)
def judge_offer(call_id: str, nomination_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
    found = [row for row in queries.nominations_of(call.id) if row.id == nomination_id]
    row = require(found[0] if found else None)
    if request.form.get("act") == "take":
        service.take_nomination(actor, call, row)
        flash(_("%(name)s is in the pool.", name=row.name), "good")
    else:
        service.turn_down_nomination(actor, call, row)
        flash(_("The offer is turned down."), "good")
    return to("offers", call)
