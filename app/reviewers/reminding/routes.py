"""Pages of reminders: who is late, a round of letters after a preview, and one's own choice."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.core import clock
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.paging import part_of
from app.core.web import require
from app.core.words import _, plural
from app.reviewers.reminding import notices, policy, queries, service, views
from app.reviewers.reminding.forms import ChoiceForm, RoundForm

desk = Blueprint("reminders_desk", __name__, url_prefix="/desk/calls/<id:call_id>/reminders")
own = Blueprint("reminders", __name__, url_prefix="/reminders")


@desk.route("", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_see_late)
def late(call_id: str) -> ResponseReturnValue:
    """Show who owes reviews; a round of letters is first shown as it would go out, then sent."""
    call, actor = require(calls.get_call(call_id)), signed_in()
    enforce(policy.may_see_late(actor, call))
    form = RoundForm()
    preview = None
    if form.validate_on_submit():
        message = (form.message.data or "").strip()
        if "send" in request.form:
            with refusals_shown_on(form):
                sent = service.remind_now(actor, call, message)
                flash(plural("%(num)s letter goes out.", "%(num)s letters go out.", sent), "good")
                return redirect(url_for("reminders_desk.late", call_id=call.id), 303)
        enforce(policy.may_remind(actor, call))
        reached = service.round_of(call)
        sample = reached.written[:1]
        preview = {
            "count": len(reached.written),
            "today": len(reached.today_already),
            "none": len(reached.want_none),
            "subject": notices.subject(sample, clock.now()) if sample else "",
            "body": notices.body(sample, clock.now(), message) if sample else "",
        }
    owing = part_of(queries.owing_in(call.id), lambda row: row.name)
    return render_template(
        "reminders/late.html",
        owing=owing,
        form=form,
        preview=preview,
        call=call_views.call_row(call),
        rows=views.late_rows(call, owing.rows),
        may_remind=policy.may_remind(actor, call),
    )


@own.route("", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_choose)
def choose() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_choose(actor))
    form = ChoiceForm(wanted="no" if queries.wants_none(actor.id) else "yes")
    if form.validate_on_submit():
        service.choose(actor, wanted=form.wanted.data == "yes")
        flash(_("Saved."), "good")
        return redirect(url_for("reminders.choose"), 303)
    return render_template("reminders/choose.html", form=form)
