"""The desk's page of decision letters: write, look at each as it will go out, see them arrive."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.allocation import policy
from app.allocation.letters import service, views
from app.allocation.letters.forms import LetterForm
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _

bp = Blueprint("letters", __name__, url_prefix="/desk/calls/<id:call_id>/letters")


def _call(call_id: str) -> Call:
    call = require(calls.get_call(call_id))
    enforce(policy.may_see_ranking(signed_in(), call))
    return call


def _show(call: Call, form: LetterForm | None = None) -> ResponseReturnValue:
    return render_template(
        "allocation/letters.html",
        call=call_views.call_row(call),
        may_write=policy.may_release(signed_in(), call) and service.can_write(call),
        **views.letters(call, form, request.args.get("number", "")),
    )


@bp.get("")
@access(Lens.STAFF, policy.may_see_ranking)
def show(call_id: str) -> ResponseReturnValue:
    return _show(_call(call_id))


@bp.post("")
@access(Lens.STAFF, policy.may_release)
def write(call_id: str) -> ResponseReturnValue:
    call, form = _call(call_id), LetterForm()
    decision = require(form.to_decision())
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.write(signed_in(), call, decision, form.to_words())
            flash(_("The letter is kept. It goes out when the results are released."), "good")
            return redirect(url_for("letters.show", call_id=call.id) + f"#{decision.value}", 303)
    return _show(call, form)
