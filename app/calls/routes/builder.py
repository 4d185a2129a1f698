"""The desk: staff create, build, publish and move a call."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import form_views, policy, queries, service, views
from app.calls.forms import (
    CallForm,
    ContributionForm,
    ExtensionForm,
    MoveForm,
)
from app.calls.models import Call, CallState
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.money import MoneyError
from app.core.web import require
from app.core.words import _
from app.funds import queries as funds

bp = Blueprint("desk", __name__, url_prefix="/desk")


def call_of(call_id: str) -> Call:
    call = require(queries.get_call(call_id))
    enforce(policy.may_see_desk(signed_in(), call))
    return call


def _back(call: Call, anchor: str = "") -> ResponseReturnValue:
    return redirect(url_for("desk.show_call", call_id=call.id, _anchor=anchor or None), 303)


@bp.get("/")
@access(Lens.STAFF, policy.may_list_calls)
def list_calls() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_list_calls(actor))
    rows = [views.call_row(call) for call in queries.calls_on_desk_of(actor)]
    return render_template("calls/desk.html", calls=rows, may_create=policy.may_create_call(actor))


@bp.route("/calls/new", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_create_call)
def create_call() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_create_call(actor))
    form = CallForm()
    if not form.is_submitted():
        form.anchors.data = views.starting_anchors()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            call = service.create_call(actor, form.to_draft())
            flash(_("The call is a draft. Now look at its questions, criteria and money."), "good")
            return _back(call)
    return render_template("calls/edit_call.html", form=form, call=None)


@bp.get("/calls/<id:call_id>")
@access(Lens.STAFF, policy.may_see_desk)
def show_call(call_id: str) -> ResponseReturnValue:
    call = call_of(call_id)
    may_run = policy.may_run_call(signed_in(), call)
    return render_template(
        "calls/show_call.html",
        call={**views.desk_of(call, signed_in()), **form_views.desk_extra(call)},
        form=MoveForm(),
        contributions=funds.contributions_of(call.fund_id),
        may_run=may_run,
        links=views.desk_links(call, may_run=bool(may_run)),
    )


@bp.route("/calls/<id:call_id>/edit", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def edit_call(call_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
    enforce(policy.may_run_call(actor, call))
    form = CallForm.showing(call)
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.edit_call(actor, call, form.to_draft())
            flash(_("Saved."), "good")
            return _back(call)
    return render_template("calls/edit_call.html", form=form, call=call)


@bp.route("/calls/<id:call_id>/contributions/new", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def add_contribution(call_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
    enforce(policy.may_run_call(actor, call))
    form = ContributionForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            try:
                service.add_contribution(actor, call, form.to_draft(call.currency))
            except MoneyError as error:
                form.amount.errors = [str(error)]
            else:
                return _back(call, "money")
    return render_template("calls/add_contribution.html", form=form, call=call)


@bp.post("/calls/<id:call_id>/contributions/<id:contribution_id>/remove")
@access(Lens.STAFF, policy.may_run_call)
def remove_contribution(call_id: str, contribution_id: str) -> ResponseReturnValue:
    call = call_of(call_id)
    service.remove_contribution(signed_in(), call, contribution_id)
    return _back(call, "money")


@bp.post("/calls/<id:call_id>/publish")
@access(Lens.STAFF, policy.may_run_call)
def publish(call_id: str) -> ResponseReturnValue:
    call = call_of(call_id)
    service.publish(signed_in(), call)
    flash(
        _("The call is published. Its rules are frozen, and the clock opens and closes it."), "good"
    )
    return _back(call)


@bp.post("/calls/<id:call_id>/move/<word:state>")
@access(Lens.STAFF, policy.may_run_call)
def move(call_id: str, state: str) -> ResponseReturnValue:
    call = call_of(call_id)
    require(state if state in set(CallState) else None)
    service.move(signed_in(), call, CallState(state))
    flash(
        _("The call went on: it is now %(phase)s.", phase=views.phase_words(queries.phase(call))),
        "good",
    )
    return _back(call)


@bp.route("/calls/<id:call_id>/extend", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def extend(call_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
    enforce(policy.may_run_call(actor, call))
    form = ExtensionForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.extend_deadline(actor, call, form.closes.data, form.reason.data)
            flash(_("The deadline moved."), "good")
            return _back(call)
    return render_template("calls/extend.html", form=form, call=views.desk_of(call, actor))
