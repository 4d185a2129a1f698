"""How a call gives its money, changed while it is a draft."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.allocation.forms import AwardRuleForm
from app.calls import policy, service
from app.calls import queries as calls
from app.calls import views as call_views
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _

bp = Blueprint("award_rule", __name__, url_prefix="/desk/calls/<id:call_id>")


@bp.route("/award-rule", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_run_call)
def edit(call_id: str) -> ResponseReturnValue:
    call, actor = require(calls.get_call(call_id)), signed_in()
    enforce(policy.may_run_call(actor, call))
    form = AwardRuleForm.showing(call)
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.edit_award_rule(actor, call, form.to_rule(), goes_on=form.goes_on())
            flash(_("Saved. Read the sentences: they are what is published."), "good")
            return redirect(url_for("desk.show_call", call_id=call.id, _anchor="award-rule"), 303)
    return render_template(
        "allocation/award_rule.html",
        form=form,
        call=call_views.call_row(call),
        sentences=call_views.money_sentences(call),
        questions=[q for q in calls.questions_of(call.id) if q.key in calls.choices_of(call.id)],
    )
