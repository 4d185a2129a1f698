"""The reviewer's pages of work without a network: the pack, its form, what it changes."""

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.jobs import answer
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _, plural
from app.core.work import abandon_changes
from app.reviewers.rules.sheets import NotAList, Wrong
from app.reviews import policy as reviews
from app.reviews import queries as seats
from app.reviews.offline import packing, policy, queries, rules, service, sheet, views
from app.reviews.offline.forms import BringForm, PackForm, TakeForm
from app.reviews.offline.models import PackState
from app.reviews.offline.rules import Filled
from app.reviews.queries import Opened
from app.reviews.service import Overtaken

bp = Blueprint("offline", __name__, url_prefix="/reviews")
MOST_TOLD = 200  # of what is wrong with a form


def _own(call_id: str) -> list[Opened]:
    """Return one's own seats of a call that one may know of, or stop as if there were no call."""
    actor = signed_in()
    own = seats.own_in_call(actor.id, call_id)
    enforce(reviews.may_see_own_call(actor, [one.place for one in own]))
    return [one for one in own if reviews.may_see(actor, one.place)]


def _writable(own: list[Opened]) -> list[Opened]:
    return [one for one in own if reviews.may_write(signed_in(), one.place)]


@bp.route("/calls/<id:call_id>/offline", methods=["GET", "POST"])
@access(Lens.REVIEWER, policy.may_work_offline)
def overview(call_id: str) -> ResponseReturnValue:
    """Explain, ask for a pack, hand it out, take the form back."""
    actor, own, form = signed_in(), _own(call_id), PackForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.ask(actor, own[0].call, own)
            return redirect(url_for("offline.overview", call_id=call_id), 303)
    return _overview(own, form)


def _overview(
    own: list[Opened],
    form: PackForm,
    bring: BringForm | None = None,
    wrong: list[Wrong] = [],  # noqa: B006 - only read
) -> ResponseReturnValue:
    actor, call = signed_in(), own[0].call
    pack = next(iter(queries.own_packs(actor.id, call.id)), None)
    return render_template(
        "offline/overview.html",
        form=form,
        bring=bring or BringForm(formdata=None),
        call={"title": call.title, "code": call.code, "id": call.id},
        pack=views.pack_values(pack),
        may=policy.may_work_offline(actor, [one.place for one in own]),
        count=len(_writable(own)),
        wrong=wrong[:MOST_TOLD],
        more=max(0, len(wrong) - MOST_TOLD),
    )


@bp.get("/calls/<id:call_id>/offline/progress")
@access(Lens.REVIEWER, policy.may_work_offline)
def progress(call_id: str) -> ResponseReturnValue:
    """Say how far the pack is, for the script of the page."""
    actor = signed_in()
    _own(call_id)
    pack = next(iter(queries.own_packs(actor.id, call_id)), None)
    done = pack is None or pack.state is not PackState.ASKED
    return answer(0, done=done)


@bp.get("/packs/<id:pack_id>.zip")
@access(Lens.REVIEWER, policy.may_fetch, recorded=True)
def fetch(pack_id: str) -> ResponseReturnValue:
    """Send a pack of one's own, while each of its proposals may still be read."""
    actor = signed_in()
    pack = require(queries.own_pack(actor.id, pack_id))
    own = seats.own_in_call(actor.id, pack.call_id)
    service.fetch(actor, pack, own)
    answer = Response(packing.store().get(pack.file_key), mimetype="application/zip")
    name = f"{own[0].call.code}-reviews.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


# --- the form comes back -------------------------------------------------------------------------


@bp.post("/calls/<id:call_id>/offline/preview")
@access(Lens.REVIEWER, policy.may_work_offline)
def preview(call_id: str) -> ResponseReturnValue:
    """Show what a form would change, or every row that is wrong; nothing is taken yet."""
    own, form = _own(call_id), BringForm()
    enforce(policy.may_work_offline(signed_in(), [one.place for one in own]))
    content = form.content() if form.validate_on_submit() else None
    if content is None:
        form.refuse(_("Choose a file."))
        return _overview(own, PackForm(formdata=None), form)
    try:
        table = sheet.read(content)
    except NotAList as trouble:
        return _overview(own, PackForm(formdata=None), form, [trouble.wrong()])
    filled, wrong = _read(table, own)
    if wrong:
        return _overview(own, PackForm(formdata=None), form, wrong)
    return _preview(own, filled, TakeForm(formdata=None, table=sheet.as_csv(table).decode()))


def _read(table: list[list[str]], own: list[Opened]) -> tuple[list[Filled], list[Wrong]]:
    numbers = {str(one.proposal.number) for one in _writable(own)}
    return rules.read(table, seats.measure_of(own[0].call), numbers)


def _preview(own: list[Opened], filled: list[Filled], form: TakeForm) -> ResponseReturnValue:
    call = own[0].call
    rows = views.preview_rows(filled, _writable(own), seats.measure_of(call))
    return render_template(
        "offline/preview.html",
        form=form,
        call={"title": call.title, "code": call.code, "id": call.id},
        rows=[row for row in rows if row["changes"]],
        same=[row["number"] for row in rows if not row["changes"]],
    )


@bp.post("/calls/<id:call_id>/offline/take")
@access(Lens.REVIEWER, policy.may_work_offline)
def take(call_id: str) -> ResponseReturnValue:
    """Take what was previewed and ticked, as drafts."""
    actor, own, form = signed_in(), _own(call_id), TakeForm()
    enforce(policy.may_work_offline(actor, [one.place for one in own]))
    if not form.validate_on_submit():
        return _overview(own, PackForm(formdata=None))
    try:
        filled, wrong = _read(sheet.read((form.table.data or "").encode()), own)
    except NotAList as trouble:
        filled, wrong = [], [trouble.wrong()]
    if wrong:
        return _overview(own, PackForm(formdata=None), wrong=wrong)
    ids = {str(one.proposal.number): one.seat.id for one in own}
    ticked = {
        ids[one.number]: (one, _seen(ids[one.number]))
        for one in filled
        if f"take-{ids[one.number]}" in request.form
    }
    try:
        changed = service.bring_back(actor, own[0].call, own, ticked)
    except Overtaken:
        abandon_changes()
        form.refuse(
            _("You saved online since this preview, so nothing was taken. Look at it once more.")
        )
        return _preview(_own(call_id), filled, form)
    said = plural("%(num)s review is taken over.", "%(num)s reviews are taken over.", changed)
    flash(said if changed else _("Nothing was taken over."), "good")
    return redirect(url_for("reviews.overview", call_id=call_id), 303)


def _seen(seat_id: str) -> int:
    text = request.form.get(f"seen-{seat_id}", "")
    return int(text) if text.isascii() and text.isdigit() else -1
