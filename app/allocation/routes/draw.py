"""The draw at the funding line: its list, its chance, and a page for showing it."""

import json

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.allocation import draws as draw_views
from app.allocation import policy, queries, service
from app.allocation.forms.drawing import CommitForm, PromiseForm, RevealForm, ValueForm
from app.allocation.models import Draw, DrawWay
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.forms import Form, refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _

bp = Blueprint("draw", __name__, url_prefix="/desk/calls/<id:call_id>/draw")


def _call(call_id: str) -> Call:
    call = require(calls.get_call(call_id))
    enforce(policy.may_see_ranking(signed_in(), call))
    return call


def _draw(call: Call) -> Draw | None:
    ranking = queries.latest_ranking(call.id)
    return queries.draw_of(ranking.id) if ranking else None


def _back(call: Call) -> ResponseReturnValue:
    return redirect(url_for("draw.show", call_id=call.id), 303)


@bp.get("")
@access(Lens.STAFF, policy.may_see_ranking)
def show(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    draw = _draw(call)
    form: Form | None = CommitForm(formdata=None)
    if draw is not None:
        form = _entry_form(draw)
    return _page(call, draw, form)


def _entry_form(draw: Draw) -> Form | None:
    if draw.held_at is not None:
        return None
    if draw.way is DrawWay.PUBLIC:
        return ValueForm(formdata=None)
    mine = [e for e in queries.entries_of(draw.id) if e.account_id == signed_in().id]
    return RevealForm(formdata=None) if mine else PromiseForm(formdata=None)


def _page(call: Call, draw: Draw | None, form: Form | None) -> ResponseReturnValue:
    return render_template(
        "allocation/draw.html",
        call=call_views.call_row(call),
        form=form,
        may_propose=policy.may_propose(signed_in(), call),
        may_enter=policy.may_take_part(signed_in(), call),
        **draw_views.page(call, draw, signed_in()),
    )


@bp.post("/commit")
@access(Lens.STAFF, policy.may_propose)
def commit(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    form = CommitForm()
    form.zone = call.zone
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.commit_draw(signed_in(), call, form.to_chance())
            flash(_("The list is fixed, and its hash stands in the ledger."), "good")
            return _back(call)
    return _page(call, _draw(call), form)


@bp.post("/value")
@access(Lens.STAFF, policy.may_take_part)
def enter(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    draw, form = require(_draw(call)), ValueForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            held = service.enter_value(signed_in(), call, draw, form.value.data)
            flash(_("Drawn.") if held else _("Entered. Another person enters it too."), "good")
            return _back(call)
    return _page(call, draw, form)


@bp.post("/promise")
@access(Lens.STAFF, policy.may_take_part)
def promise(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    draw, form = require(_draw(call)), PromiseForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.promise(signed_in(), call, draw, form.digest.data)
            flash(_("Promised."), "good")
            return _back(call)
    return _page(call, draw, form)


@bp.post("/reveal")
@access(Lens.STAFF, policy.may_take_part)
def reveal(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    draw, form = require(_draw(call)), RevealForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            held = service.reveal(signed_in(), call, draw, form.secret.data)
            flash(_("Drawn.") if held else _("Told. The others tell theirs."), "good")
            return _back(call)
    return _page(call, draw, form)


@bp.get("/live")
@access(Lens.STAFF, policy.may_see_ranking)
def live(call_id: str) -> ResponseReturnValue:
    """Show the draw to a room, one step to a page: big words, one key to go on."""
    call = _call(call_id)
    draw = require(_draw(call))
    steps = draw_views.steps(draw)
    step = draw_views.one_of(steps, request.args.get("step", ""))
    return render_template(
        "allocation/draw_live.html",
        call=call_views.call_row(call),
        steps=steps,
        step=step,
        label=draw.label,
        here=url_for("draw.live", call_id=call.id),
        away=url_for("draw.show", call_id=call.id),
    )


@bp.get("/record.json")
@access(Lens.STAFF, policy.may_see_ranking)
def record(call_id: str) -> ResponseReturnValue:
    """Hand out the record that the verifier reads; before the draw, the list alone."""
    call = _call(call_id)
    draw = require(_draw(call))
    told = draw.record or {"entrants": draw.committed, "commitment": draw.commitment}
    return Response(
        json.dumps(told, indent=1, ensure_ascii=False) + "\n",
        mimetype="application/json",
        headers={"Content-Disposition": "attachment; filename=draw.json"},
    )
