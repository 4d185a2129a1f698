"""The staff's page of how far the reviews are and who is late."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core import clock
from app.core.access import access
from app.core.gate import enforce
from app.core.kept_pages import Drawn
from app.core.lens import Lens
from app.core.paging import part_of
from app.core.web import require
from app.ledger import unchanged
from app.reviews import policy, queries, views
from app.reviews.events import QUIET

bp = Blueprint("reviews_desk", __name__, url_prefix="/desk/calls/<id:call_id>")


@bp.get("/progress")
@access(Lens.STAFF, policy.may_see_progress)
def progress(call_id: str) -> ResponseReturnValue:
    unchanged.from_here()
    call = require(calls.get_call(call_id))
    enforce(policy.may_see_progress(signed_in(), call))
    return unchanged.page(
        signed_in(), lambda: _progress_page(call), seen=calls.phase(call), besides=QUIET
    )


def _progress_page(call: Call) -> Drawn:
    now = clock.now()
    in_review, owed = queries.progress_in(call.id), queries.owed_in(call.id)
    seats = list(in_review.seats.values())
    counts = views.counts_of(call, seats)
    only_short = request.args.get("short") == "1"
    some = views.short_of(call, seats) if only_short else seats
    proposals = part_of(some, lambda row: f"{row.number} {row.title}")
    people = part_of(owed, lambda one: one.name, name="people")
    page = render_template(
        "reviews/progress.html",
        call=call_views.call_row(call),
        each=call.reviewers_each,
        everything=len(seats),
        counts=counts,
        proposals=proposals,
        rows=views.progress_rows(call, proposals.rows),
        only_short=only_short,
        some_people=people,
        people=views.owed_rows(call, people.rows, now),
        recognition=views.recognition_values(in_review.recognised),
    )
    next_due = min((one.due_at for one in owed if one.due_at >= now), default=None)
    return Drawn(page, until=next_due)  # then somebody is late, and nothing happened but time
