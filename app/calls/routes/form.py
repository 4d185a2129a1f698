"""The desk's pages of a call's form: sections, questions, criteria, previews and amendments."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import amending, building, form_views, policy, sheet, trying, views
from app.calls.forms import AmendForm, CriterionForm, MoveForm, QuestionForm, SectionForm
from app.calls.models import Call
from app.calls.routes.builder import bp, call_of
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _

MOVES = {"up": -1, "down": 1}


def _to_form(call: Call, anchor: str = "") -> ResponseReturnValue:
    return redirect(url_for("desk.edit_form", call_id=call.id, _anchor=anchor or None), 303)


def _building(call_id: str) -> Call:
    call = call_of(call_id)
    enforce(policy.may_run_call(signed_in(), call))
    return call


@bp.get("/calls/<id:call_id>/form")
@access(Lens.STAFF, policy.may_run_call)
def edit_form(call_id: str) -> ResponseReturnValue:
    call = _building(call_id)
    return render_template(
        "calls/form.html", call=views.call_row(call), form=MoveForm(), **form_views.form_page(call)
    )


@bp.route("/calls/<id:call_id>/form/sections/new", methods=["GET", "POST"])
@bp.route("/calls/<id:call_id>/form/sections/<int:place>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def edit_section(call_id: str, place: int | None = None) -> ResponseReturnValue:
    call = _building(call_id)
    sections = building.worked_on(call).sections
    if place is not None:
        require(sections[place] if place < len(sections) else None)
    section = sections[place] if place is not None else None
    form = SectionForm(obj=section)
    if form.validate_on_submit():
        told = form.to_sheet()
        taken = {s.title for s in sections} - {section.title if section else ""}
        if told.title in taken:
            form.title.errors = [_("There is a section of this title.")]
        else:
            with refusals_shown_on(form):
                building.change(
                    signed_in(),
                    call,
                    lambda s: sheet.with_section(s, told, section.title if section else None),
                    f"section:{told.title}",
                )
                return _to_form(call)
    return render_template("calls/edit_section.html", form=form, call=call, section=section)


@bp.post("/calls/<id:call_id>/form/sections/<int:place>/<word:order>")
@access(Lens.STAFF, policy.may_run_call)
def order_section(call_id: str, place: int, order: str) -> ResponseReturnValue:
    """Move a section up or down, or remove it with its questions."""
    call = _building(call_id)
    sections = building.worked_on(call).sections
    require(sections[place] if place < len(sections) else None)
    require(order if order in {*MOVES, "remove"} else None)
    title = sections[place].title
    by = (
        (lambda s: sheet.without_section(s, title))
        if order == "remove"
        else (lambda s: sheet.moved_section(s, title, MOVES[order]))
    )
    building.change(signed_in(), call, by, f"section:{title} {order}")
    return _to_form(call)


@bp.route("/calls/<id:call_id>/form/questions/new", methods=["GET", "POST"])
@bp.route("/calls/<id:call_id>/form/questions/<question_key:question_key>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def edit_question(call_id: str, question_key: str = "") -> ResponseReturnValue:
    call = _building(call_id)
    worked_on = building.worked_on(call)
    asked = worked_on.question(question_key)
    if question_key:
        require(asked)
    form = QuestionForm.on(worked_on, asked)
    if not form.is_submitted() and asked is None:
        form.section.data = request.args.get("section", "")
    if form.validate_on_submit():
        told = form.to_asked()
        if told.key != question_key and worked_on.question(told.key):
            form.key.errors = [_("There is a question with the key “%(key)s”.", key=told.key)]
        else:
            with refusals_shown_on(form):
                building.change(
                    signed_in(),
                    call,
                    lambda s: sheet.with_question(s, told, question_key),
                    f"question:{told.key}",
                )
                return _to_form(call, told.key)
    return render_template("calls/edit_question.html", form=form, call=call, question=asked)


@bp.post("/calls/<id:call_id>/form/questions/<question_key:question_key>/<word:order>")
@access(Lens.STAFF, policy.may_run_call)
def order_question(call_id: str, question_key: str, order: str) -> ResponseReturnValue:
    """Move a question up or down in its section, or remove it."""
    call = _building(call_id)
    require(building.worked_on(call).question(question_key))
    require(order if order in {*MOVES, "remove"} else None)
    by = (
        (lambda s: sheet.without_question(s, question_key))
        if order == "remove"
        else (lambda s: sheet.moved_question(s, question_key, MOVES[order]))
    )
    building.change(signed_in(), call, by, f"question:{question_key} {order}")
    return _to_form(call, question_key if order in MOVES else "")


@bp.route("/calls/<id:call_id>/form/criteria/new", methods=["GET", "POST"])
@bp.route("/calls/<id:call_id>/form/criteria/<question_key:criterion_key>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def edit_criterion(call_id: str, criterion_key: str = "") -> ResponseReturnValue:
    call = _building(call_id)
    worked_on = building.worked_on(call)
    criterion = worked_on.criterion(criterion_key)
    if criterion_key:
        require(criterion)
    form = CriterionForm.on(criterion)
    if form.validate_on_submit():
        told = form.to_sheet()
        if told.key != criterion_key and worked_on.criterion(told.key):
            form.key.errors = [_("There is a criterion with the key “%(key)s”.", key=told.key)]
        else:
            with refusals_shown_on(form):
                building.change(
                    signed_in(),
                    call,
                    lambda s: sheet.with_criterion(s, told, criterion_key),
                    f"criterion:{told.key}",
                )
                return _to_form(call, "criteria")
    return render_template("calls/edit_criterion.html", form=form, call=call, criterion=criterion)


@bp.post("/calls/<id:call_id>/form/criteria/<question_key:criterion_key>/remove")
@access(Lens.STAFF, policy.may_run_call)
def remove_criterion(call_id: str, criterion_key: str) -> ResponseReturnValue:
    call = _building(call_id)
    require(building.worked_on(call).criterion(criterion_key))
    building.change(
        signed_in(),
        call,
        lambda s: sheet.without_criterion(s, criterion_key),
        f"criterion:{criterion_key} removed",
    )
    return _to_form(call, "criteria")


# --- looking before anybody else does ------------------------------------------------------------


@bp.route("/calls/<id:call_id>/form/try", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def try_form(call_id: str) -> ResponseReturnValue:
    """Fill the form in as an applicant would. Every check runs, and nothing is stored."""
    call = _building(call_id)
    tried = trying.tried(call, request.form.to_dict(flat=False))
    return render_template(
        "calls/try_form.html",
        form=MoveForm(),
        call=views.call_row(call),
        tried=tried,
        sent=request.method == "POST" and not request.form.get("rows"),
    )


# --- amendments ----------------------------------------------------------------------------------


@bp.route("/calls/<id:call_id>/form/amend", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def amend(call_id: str) -> ResponseReturnValue:
    call = _building(call_id)
    form = AmendForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            amending.amend(signed_in(), call, form.reason.data)
            flash(_("The amendment is published. Everybody who writes is told by mail."), "good")
            return _to_form(call)
    return render_template(
        "calls/amend.html",
        form=form,
        call=views.call_row(call),
        problems=amending.problems(call),
        changes=form_views.planned_changes(call),
    )


@bp.post("/calls/<id:call_id>/form/discard")
@access(Lens.STAFF, policy.may_run_call)
def discard_plan(call_id: str) -> ResponseReturnValue:
    call = _building(call_id)
    building.discard_plan(signed_in(), call)
    flash(_("The changes are discarded; the form is as it was."), "good")
    return _to_form(call)
