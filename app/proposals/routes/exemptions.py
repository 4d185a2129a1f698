"""The desk's page of requests to be let off a rule, and the decision on each."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import policy as call_policy
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.ledger.service import record
from app.proposals import policy, queries, service, views
from app.proposals.events import IdentityRead
from app.proposals.forms import DecisionForm
from app.proposals.routes.desk import bp


def _call(call_id: str) -> Call:
    call = require(calls.get_call(call_id))
    enforce(call_policy.may_see_desk(signed_in(), call))
    return call


@bp.get("/exceptions")
@access(Lens.STAFF, call_policy.may_see_desk, recorded=True)
def list_exemptions(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    rows = queries.exemptions_in(call.id)
    record(signed_in(), IdentityRead(purpose="exceptions"), about=call)
    return render_template(
        "proposals/desk_exceptions.html",
        call=call_views.call_row(call),
        rows=[views.exemption_values(row, call) for row in rows],
    )


@bp.route("/exceptions/<id:exemption_id>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_decide_exemption)
def decide_exemption(call_id: str, exemption_id: str) -> ResponseReturnValue:
    call, actor = _call(call_id), signed_in()
    exemption = require(queries.get_exemption(exemption_id))
    enforce(policy.may_decide_exemption(actor, call, exemption))
    form = DecisionForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.decide_exemption(
                actor,
                call,
                exemption,
                granted=form.granted.data == "yes",
                reason=form.reason.data,
            )
            flash(_("Decided; the applicants are told."), "good")
            return redirect(url_for("proposals_desk.list_exemptions", call_id=call.id), 303)
    return render_template(
        "proposals/desk_exception.html",
        form=form,
        call=call_views.call_row(call),
        row=views.exemption_values(exemption, call),
    )
