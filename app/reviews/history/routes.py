"""The staff's pages of what reviewers wrote, how much it helped, and how people have reviewed."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.paging import part_of
from app.core.web import require
from app.core.words import _
from app.reviewers import queries as reviewers
from app.reviews import queries as reviews
from app.reviews.history import policy, queries, service, views
from app.reviews.history.forms import RateForm

bp = Blueprint("history", __name__, url_prefix="/desk/calls/<id:call_id>")


def _call(call_id: str) -> Call:
    return require(calls.get_call(call_id))


@bp.get("/reviewers/history")
@access(Lens.STAFF, policy.may_see_history)
def people(call_id: str) -> ResponseReturnValue:
    """Show what everybody of the pool was asked and did, in this call and in those over."""
    call, actor = _call(call_id), signed_in()
    enforce(policy.may_see_history(actor, call))
    pool = [row for row in reviewers.pool_of(call.id) if row.account_id != actor.id]
    found = part_of(pool, lambda row: row.name)
    return render_template(
        "history/people.html",
        call=call_views.call_row(call),
        rows=views.history_rows(found.rows, queries.histories(call.id)),
        found=found,
    )


@bp.route("/proposals/<id:proposal_id>/reviews", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_read_reviews)
def written(call_id: str, proposal_id: str) -> ResponseReturnValue:
    """Show a proposal's submitted reviews by letter, and take how much each helped."""
    call, actor = _call(call_id), signed_in()
    enforce(policy.may_read_reviews(actor, call))
    number, title = require(queries.judged(call.id, proposal_id))
    found, form = queries.reviews_of(proposal_id), RateForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            ratings = form.ratings([one.review.seat_id for one in found])
            changed = service.rate(actor, call, proposal_id, ratings)
            flash(_("Kept.") if changed else _("Nothing changed."), "good")
            return redirect(
                url_for("history.written", call_id=call_id, proposal_id=proposal_id), 303
            )
    return render_template(
        "history/written.html",
        form=form,
        call=call_views.call_row(call),
        number=number,
        title=title,
        reviews=views.review_values(call, reviews.measure_of(call), found),
        ratings=views.rating_words(),
        may_rate=policy.may_rate(actor, call),
    )
