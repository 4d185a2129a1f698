"""The staff's page of a call's panel: who sits in it, the agenda, how far it is."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.calls.rules import WallTimeError
from app.core.access import access
from app.core.forms import Form, refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _, plural
from app.panels import minutes, policy, queries, rules, service, views
from app.panels.forms import AgendaForm, AppointForm, PanelForm
from app.panels.models import Office, Panel

bp = Blueprint("panel_desk", __name__, url_prefix="/desk/calls/<id:call_id>/panel")


def _call(call_id: str) -> Call:
    call = require(calls.get_call(call_id))
    enforce(policy.may_see(signed_in(), call))
    return call


def _panel(call: Call) -> Panel:
    return require(queries.panel_of(call.id))


def _back(call: Call) -> ResponseReturnValue:
    return redirect(url_for("panel_desk.show", call_id=call.id), 303)


@bp.route("", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_see)
def show(call_id: str) -> ResponseReturnValue:
    """Show the panel; a call without one is asked when it meets."""
    call, actor = _call(call_id), signed_in()
    panel = queries.panel_of(call.id)
    form = PanelForm(
        name=panel.name if panel else _("Panel of %(code)s", code=call.code),
        meets=call_views.local(call, panel.meets_at).replace(tzinfo=None) if panel else None,
        place=panel.place if panel else "",
        quorum=panel.quorum if panel else 3,
    )
    if form.validate_on_submit():
        with refusals_shown_on(form):
            try:
                service.prepare(actor, call, form.to_plan(call.zone))
            except WallTimeError as error:
                form.meets.errors = [str(error)]
            else:
                flash(_("Saved."), "good")
                return _back(call)
    return _show(call, panel, form)


def _show(call: Call, panel: Panel | None, form: Form, **forms: Form) -> ResponseReturnValue:
    actor = signed_in()
    members = queries.members_of(panel) if panel else []
    items = queries.items_of(panel.id) if panel else []
    drawn: dict[str, Form] = {"agenda_form": AgendaForm(formdata=None), **forms}
    if panel and "appoint_form" not in drawn:
        drawn["appoint_form"] = _appoint_form(call, panel)
    return render_template(
        "panels/desk.html",
        call=call_views.call_row(call),
        panel=views.panel_values(call, panel) if panel else None,
        form=form,
        people=views.people(members),
        agenda=views.desk_agenda(items, members, call.currency),
        may_prepare=policy.may_prepare(actor, call),
        may_change=policy.may_prepare(actor, call) and rules.can_change(panel.state)
        if panel
        else None,
        **drawn,
    )


def _appoint_form(call: Call, panel: Panel) -> AppointForm:
    sitting = [one.account_id for one in queries.member_rows(panel.id)]
    return AppointForm.of(queries.candidates(call.id, sitting))


@bp.post("/people")
@access(Lens.STAFF, policy.may_prepare)
def appoint(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    panel = _panel(call)
    form = _appoint_form(call, panel)
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.appoint(signed_in(), call, panel, form.person.data, Office(form.office.data))
            return _back(call)
    return _show(call, panel, PanelForm(formdata=None), appoint_form=form)


@bp.post("/people/<id:member_id>/dismiss")
@access(Lens.STAFF, policy.may_prepare)
def dismiss(call_id: str, member_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    panel = _panel(call)
    member = require(queries.get_member(panel.id, member_id))
    service.dismiss(signed_in(), call, panel, member)
    return _back(call)


@bp.post("/agenda")
@access(Lens.STAFF, policy.may_prepare)
def agenda(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    panel, form = _panel(call), AgendaForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            put = service.set_agenda(signed_in(), call, panel, form.listed())
            flash(
                plural("%(num)s proposal is on the agenda.", "%(num)s proposals are on it.", put),
                "good",
            )
            return _back(call)
    return _show(call, panel, PanelForm(formdata=None), agenda_form=form)


@bp.post("/agenda/<id:item_id>/take-off")
@access(Lens.STAFF, policy.may_prepare)
def take_off(call_id: str, item_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    panel = _panel(call)
    row = next((row for row in queries.items_of(panel.id) if row.item.id == item_id), None)
    service.take_off(signed_in(), call, panel, require(row))
    return _back(call)


@bp.post("/dissolve")
@access(Lens.STAFF, policy.may_prepare)
def dissolve(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    service.dissolve(signed_in(), call, _panel(call))
    flash(_("This call has no panel now."), "good")
    return _back(call)


@bp.get("/minutes")
@access(Lens.STAFF, policy.may_see)
def read_minutes(call_id: str) -> ResponseReturnValue:
    """Show the minutes as far as they are written: staff of the call have no conflict in it."""
    call = _call(call_id)
    panel = _panel(call)
    items = queries.items_of(panel.id)
    told = minutes.of_panel(panel, queries.members_of(panel), items)
    return render_template(
        "panels/minutes.html",
        call=call_views.call_row(call),
        panel=views.panel_values(call, panel),
        told=views.minutes_values(call, told, {row.number: row.title for row in items}),
        form=None,
        mine=[],
    )
