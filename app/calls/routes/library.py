"""The desk's ways to begin a call: from a template, a file or another call; and to save one."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import call_file, form_views, policy, transfer, views
from app.calls.forms import BeginForm, BeginFromFileForm, CloneForm
from app.calls.models import Call
from app.calls.routes.builder import bp, call_of
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _


def _begun(call: Call) -> ResponseReturnValue:
    flash(_("The call is a draft. Now look at its form, criteria and money."), "good")
    return redirect(url_for("desk.show_call", call_id=call.id), 303)


@bp.get("/templates")
@access(Lens.STAFF, policy.may_create_call)
def list_templates() -> ResponseReturnValue:
    enforce(policy.may_create_call(signed_in()))
    return render_template("calls/templates.html", templates=form_views.template_cards())


@bp.route("/templates/<word:name>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_create_call)
def begin_from_template(name: str) -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_create_call(actor))
    told = require(transfer.library().get(name))
    form = BeginForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            return _begun(transfer.begin(actor, told, form.to_beginning()))
    return render_template("calls/begin.html", form=form, template=form_views.template_page(told))


@bp.route("/calls/from-file", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_create_call)
def begin_from_file() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_create_call(actor))
    form = BeginFromFileForm()
    problems: list[str] = []
    if form.validate_on_submit():
        with refusals_shown_on(form):
            try:
                told = call_file.read(form.file.data.read(call_file.LARGEST + 1))
            except call_file.CallFileError as error:
                problems = error.problems
            else:
                return _begun(transfer.begin(actor, told, form.to_beginning()))
    return render_template("calls/begin_from_file.html", form=form, problems=problems)


@bp.route("/calls/<id:call_id>/clone", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_create_call)
def clone(call_id: str) -> ResponseReturnValue:
    actor, call = signed_in(), call_of(call_id)
    enforce(policy.may_create_call(actor))
    form = CloneForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            made = transfer.clone(
                actor, call, form.to_beginning(), second_stage=form.second_stage.data
            )
            return _begun(made)
    return render_template("calls/clone.html", form=form, call=views.call_row(call))


@bp.get("/calls/<id:call_id>/call.json")
@access(Lens.STAFF, policy.may_see_desk, recorded=True)
def export(call_id: str) -> ResponseReturnValue:
    call = call_of(call_id)
    answer = Response(transfer.export(signed_in(), call), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="call-{call.code}.json"'
    return answer
