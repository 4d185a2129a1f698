"""The reviewer's page at the end of a call."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.words import _
from app.reviews import policy as reviews
from app.reviews import queries as seats
from app.reviews.ending import closing as closing  # noqa: PLC0414 - it registers what it does
from app.reviews.ending import policy, queries, service
from app.reviews.ending.forms import CertifyForm
from app.reviews.queries import Opened
from app.reviews.rules import can_declare

bp = Blueprint("ending", __name__, url_prefix="/reviews")


def _own(call_id: str) -> list[Opened]:
    """Return one's own seats of a call that are still there."""
    actor = signed_in()
    own = seats.own_in_call(actor.id, call_id)
    enforce(reviews.may_see_own_call(actor, [one.place for one in own]))
    return [one for one in own if reviews.may_see(actor, one.place)]


@bp.route("/calls/<id:call_id>/certify", methods=["GET", "POST"])
@access(Lens.REVIEWER, policy.may_certify)
def certify(call_id: str) -> ResponseReturnValue:
    """Ask for all of one's reviews together whether there is a conflict of interest."""
    actor, own, form = signed_in(), _own(call_id), CertifyForm()
    enforce(policy.may_certify(actor, [one.place for one in own]))
    if form.validate_on_submit():
        service.certify(actor, own)
        flash(_("Thank you. That is all we ask of you in this call."), "good")
        return redirect(url_for("reviews.list_own"), 303)
    call = own[0].call
    return render_template(
        "ending/certify.html",
        form=form,
        call={"title": call.title, "code": call.code},
        done=queries.has_certified(actor.id, call.id),
        rows=[
            {
                "number": one.proposal.number,
                "title": one.version.title,
                "url": url_for("reviews.declare", seat_id=one.seat.id),
                "may_declare": can_declare(one.place),
            }
            for one in own
        ],
    )
