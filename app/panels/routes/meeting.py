"""The pages of a panel's people. What somebody has a conflict with is not there for them."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import views as call_views
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.money import Money, MoneyError
from app.core.web import require
from app.core.words import _
from app.panels import minutes, policy, queries, service, views
from app.panels.forms import ActForm, ApproveForm, ConflictForm, HereForm, ItemForm
from app.panels.models import PanelState
from app.panels.queries import Discussed, Sitting
from app.proposals import queries as proposals
from app.proposals.routes.files import send_blinded

bp = Blueprint("panels", __name__, url_prefix="/panels")


def _sitting(panel_id: str) -> Sitting:
    """Return the panel, or stop as if it were not there: absent and not one's own look alike."""
    actor = signed_in()
    found = require(queries.sitting(actor.id, panel_id))
    enforce(policy.may_sit(actor, found))
    return found


def _item(sitting: Sitting, item_id: str) -> Discussed:
    found = require(queries.discussed(sitting.panel.id, item_id))
    enforce(policy.may_see_item(signed_in(), sitting, found.proposal.id))
    return found


def _to(page: str, **values: str) -> ResponseReturnValue:
    return redirect(url_for(f"panels.{page}", **values), 303)  # type: ignore[arg-type]


@bp.get("/")
@access(Lens.PANEL, policy.may_list)
def list_own() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_list(actor))
    return render_template(
        "panels/list_own.html", rows=views.own_rows(queries.own_panels(actor.id))
    )


@bp.route("/<id:panel_id>", methods=["GET", "POST"])
@access(Lens.PANEL, policy.may_sit)
def show(panel_id: str) -> ResponseReturnValue:
    """Show the agenda; chair and secretary say who is here."""
    sitting, actor = _sitting(panel_id), signed_in()
    form = HereForm.of(sitting.members)
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.note_here(actor, sitting, form.here.data or [])
            flash(_("Who is here is noted."), "good")
            return _to("show", panel_id=panel_id)
    items = queries.items_of(sitting.panel.id)
    return render_template(
        "panels/show.html",
        panel=views.panel_values(sitting.call, sitting.panel),
        call=call_views.call_row(sitting.call),
        people=views.people(sitting.members),
        agenda=views.agenda(sitting, items),
        form=form,
        act_form=ActForm(formdata=None),
        may_lead=policy.may_lead(actor, sitting),
        preparing=sitting.panel.state is PanelState.PREPARING,
        meeting=sitting.panel.state is PanelState.MEETING,
    )


@bp.post("/<id:panel_id>/open")
@access(Lens.PANEL, policy.may_lead)
def open_meeting(panel_id: str) -> ResponseReturnValue:
    service.open_meeting(signed_in(), _sitting(panel_id))
    flash(_("The meeting is open."), "good")
    return _to("show", panel_id=panel_id)


@bp.post("/<id:panel_id>/close")
@access(Lens.PANEL, policy.may_lead)
def close_meeting(panel_id: str) -> ResponseReturnValue:
    service.close_meeting(signed_in(), _sitting(panel_id))
    flash(_("The meeting is closed. Now its minutes are agreed to."), "good")
    return _to("read_minutes", panel_id=panel_id)


@bp.route("/<id:panel_id>/items/<id:item_id>", methods=["GET", "POST"])
@access(Lens.PANEL, policy.may_read, recorded=True)
def item(panel_id: str, item_id: str) -> ResponseReturnValue:
    """Show the proposal with its reviews, and write down what is said of it."""
    sitting, actor = _sitting(panel_id), signed_in()
    found = _item(sitting, item_id)
    enforce(policy.may_read(actor, sitting, found.proposal.id))
    written, currency = found.item, sitting.call.currency
    form = ItemForm.of(
        revision=str(written.revision),
        note=written.note,
        recommendation=written.recommendation.value,
        amount=str(Money(written.amount_minor, currency).amount) if written.amount_minor else "",
        reason=written.reason,
    )
    if form.validate_on_submit():
        try:
            with refusals_shown_on(form):
                service.decide(actor, sitting, found, form.to_said(currency))
                flash(_("Written down: %(number)s.", number=found.proposal.number or ""), "good")
                return _to("show", panel_id=panel_id)
        except MoneyError as error:
            form.amount.errors = [str(error)]
    elif not form.is_submitted():
        service.note_reading(actor, sitting, found)
    return render_template(
        "panels/item.html",
        panel=views.panel_values(sitting.call, sitting.panel),
        item={"id": found.item.id, "number": found.proposal.number},
        currency=currency,
        form=form,
        conflict_form=ConflictForm(formdata=None),
        may_record=policy.may_record(actor, sitting, found.proposal.id),
        **views.item_values(sitting, found),
    )


@bp.post("/<id:panel_id>/items/<id:item_id>/conflict")
@access(Lens.PANEL, policy.may_declare)
def declare(panel_id: str, item_id: str) -> ResponseReturnValue:
    """Declare a conflict: the item is closed to this person from the next request on."""
    sitting, form = _sitting(panel_id), ConflictForm()
    found = _item(sitting, item_id)
    if form.validate_on_submit():
        service.declare_conflict(
            signed_in(), sitting, found, kind=form.declared, detail=form.detail.data or ""
        )
        flash(_("Thank you. It is closed to you, and the minutes will say that you left."), "good")
    return _to("show", panel_id=panel_id)


@bp.get("/<id:panel_id>/items/<id:item_id>/files/<id:file_id>.pdf")
@access(Lens.PANEL, policy.may_read, recorded=True)
def show_file(panel_id: str, item_id: str, file_id: str) -> ResponseReturnValue:
    """Send a blinded copy that the submitted version names, and no other."""
    sitting = _sitting(panel_id)
    found = _item(sitting, item_id)
    file = proposals.blinded_file(found.proposal.id, file_id)
    file = require(file if file and file.id in found.version.answers.values() else None)
    service.note_file(signed_in(), sitting, found, file)
    return send_blinded(file.file_key, f"{file.question_key}.pdf")


@bp.route("/<id:panel_id>/minutes", methods=["GET", "POST"])
@access(Lens.PANEL, policy.may_sit)
def read_minutes(panel_id: str) -> ResponseReturnValue:
    """Show the minutes of what exists for who asks, and take their agreement."""
    sitting, actor = _sitting(panel_id), signed_in()
    panel, members = sitting.panel, sitting.members
    mine, sha256 = minutes.to_agree(panel, members, sitting.me)
    form = ApproveForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            done = service.approve(actor, sitting, seen_sha256=form.seen.data or "")
            flash(
                _("The minutes are approved.")
                if done
                else _("Agreed. The minutes are approved once everybody who has to has agreed."),
                "good",
            )
            return _to("read_minutes", panel_id=panel_id)
    form.seen.data = sha256
    agreed = minutes.agreed(sitting.me, mine, queries.approvals_of(panel.id))
    items = minutes.seen_by(sitting.me, queries.items_of(panel.id))
    told = minutes.of_panel(panel, members, items)
    open_now = panel.state is PanelState.CLOSED and bool(mine) and not agreed
    return render_template(
        "panels/minutes.html",
        call=call_views.call_row(sitting.call),
        panel=views.panel_values(sitting.call, panel),
        own=True,
        told=views.minutes_values(sitting.call, told, {row.number: row.title for row in items}),
        form=form if open_now else None,
        mine=[row.number for row in mine],
    )
