"""The page on which an approver opens the seal over who applies."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import policy, queries, sealing, views
from app.calls.forms import UnsealForm
from app.calls.routes.builder import bp
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _


@bp.route("/calls/<id:call_id>/unseal", methods=["GET", "POST"])
@access(Lens.STAFF, sealing.may_unseal)
def unseal(call_id: str) -> ResponseReturnValue:
    call, actor = require(queries.get_call(call_id)), signed_in()
    enforce(policy.may_see_desk(actor, call))
    enforce(sealing.may_unseal(actor, call))
    form = UnsealForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            sealing.unseal(actor, call, form.reason.data or "")
            flash(_("The seal is open: the call’s staff can now read who applies."), "good")
            return redirect(url_for("desk.show_call", call_id=call.id), 303)
    return render_template("calls/unseal.html", form=form, call=views.call_row(call))
