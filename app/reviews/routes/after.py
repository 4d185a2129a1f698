"""What follows one's own review: whether somebody was recognised, the others, all of one's own."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls.rules import Phase
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.reviews import policy, queries, service, views
from app.reviews.forms import RecogniseForm
from app.reviews.models import Recognised
from app.reviews.routes.seat import bp, opened_seat, to_page


@bp.route("/<id:seat_id>/after", methods=["GET", "POST"])
@access(Lens.REVIEWER, policy.may_see)
def after(seat_id: str) -> ResponseReturnValue:
    """Thank, ask once whether they recognised who applied, and lead on to the next proposal."""
    opened, actor = opened_seat(seat_id), signed_in()
    require(opened.review if opened.review and opened.review.version else None)
    form = RecogniseForm()
    own = queries.own_beside(actor.id, opened.call.id)
    following = views.next_open(seat_id, own)
    if form.validate_on_submit():
        service.tell_recognition(
            actor, opened, Recognised(form.answer.data), str(form.how.data or "")
        )
        return to_page(following["url"]) if following else to_page()
    return render_template(
        "reviews/after.html",
        seat=views.seat_values(opened),
        form=form,
        asked=service.asks_recognition(opened),
        beside=views.beside_values(seat_id, own),
        following=following,
        at_end=following is None and opened.place.phase is Phase.REVIEWING,
        call_id=opened.call.id,
        others=bool(policy.may_read_others(actor, opened.place)),
    )


@bp.get("/<id:seat_id>/others")
@access(Lens.REVIEWER, policy.may_read_others, recorded=True)
def others(seat_id: str) -> ResponseReturnValue:
    """Show what others wrote about the proposal, where the call has it so."""
    opened, actor = opened_seat(seat_id), signed_in()
    enforce(policy.may_read_others(actor, opened.place))
    service.note_others(actor, opened)
    measure = queries.measure_of(opened.call)
    return render_template(
        "reviews/others.html",
        seat=views.seat_values(opened),
        others=views.other_values(opened.call, measure, queries.others_of(opened)),
    )


@bp.get("/calls/<id:call_id>")
@access(Lens.REVIEWER, policy.may_see_own_call)
def overview(call_id: str) -> ResponseReturnValue:
    """Show all of one's own reviews of a call side by side."""
    actor = signed_in()
    own = queries.own_in_call(actor.id, call_id)
    enforce(policy.may_see_own_call(actor, [opened.place for opened in own]))
    own = [opened for opened in own if policy.may_see(actor, opened.place)]
    call = own[0].call
    measure = queries.measure_of(call)
    return render_template(
        "reviews/overview.html",
        call={"title": call.title, "code": call.code},
        criteria=[criterion.label for criterion in measure.criteria],
        rows=views.overview_rows(measure, own),
    )
