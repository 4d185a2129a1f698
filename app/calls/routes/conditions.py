"""The desk's page of who may apply, and what applying asks for besides the form."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import policy, queries, service, views
from app.calls.forms import ConditionsForm, GraceForm
from app.calls.routes.builder import bp
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.money import MoneyError
from app.core.web import require
from app.core.words import _


@bp.route("/calls/<id:call_id>/conditions", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def edit_conditions(call_id: str) -> ResponseReturnValue:
    call, actor = require(queries.get_call(call_id)), signed_in()
    enforce(policy.may_run_call(actor, call))
    form = ConditionsForm.showing(call)
    if form.validate_on_submit():
        with refusals_shown_on(form):
            try:
                service.set_conditions(actor, call, form.to_conditions(call.currency))
            except MoneyError as error:
                form.budget.errors = [str(error)]
            else:
                flash(_("Kept: who may apply."), "good")
                return redirect(
                    url_for("desk.show_call", call_id=call.id, _anchor="conditions"), 303
                )
    return render_template("calls/edit_conditions.html", form=form, call=views.desk_of(call, actor))


@bp.route("/calls/<id:call_id>/grace", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def set_grace(call_id: str) -> ResponseReturnValue:
    call, actor = require(queries.get_call(call_id)), signed_in()
    enforce(policy.may_run_call(actor, call))
    form = GraceForm(data={"minutes": call.grace_minutes})
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.set_grace(actor, call, form.minutes.data, form.reason.data)
            flash(_("Kept, with the reason."), "good")
            return redirect(url_for("desk.show_call", call_id=call.id), 303)
    return render_template("calls/set_grace.html", form=form, call=views.desk_of(call, actor))
