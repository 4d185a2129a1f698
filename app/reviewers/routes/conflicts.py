"""The page of conflicts, and how they get there."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.paging import PER_PAGE, Part, fits, pages_of, start_of, words_asked
from app.core.web import require
from app.core.words import _, plural
from app.ledger.service import record
from app.proposals.events import IdentityRead
from app.reviewers import policy, queries, service, views
from app.reviewers.forms import MOST_OFFERED, ConflictForm, SetAsideForm
from app.reviewers.models import ConflictKind
from app.reviewers.routes.room import bp, call_of, judged_in, proposal_of, to


@bp.get("/conflicts")
@access(Lens.STAFF, policy.may_see_pool, recorded=True)
def conflicts(call_id: str) -> ResponseReturnValue:
    call = call_of(call_id)
    record(signed_in(), IdentityRead(purpose="conflicts"), about=call)
    found = _known(call)
    return render_template(
        "reviewers/conflicts.html",
        call=call_views.call_row(call),
        found=found,
        rows=views.conflict_rows(call, found.rows),
        may_fill=policy.may_fill_pool(signed_in(), call),
    )


def _known(call: Call) -> Part[queries.ConflictRow]:
    """Read the page of conflicts that is asked for, and no other: there may be thousands."""
    words = words_asked()
    everything = queries.count_conflicts(call.id)
    if not words:
        page, start = start_of(everything)
        rows = queries.conflicts_of(call.id, start=start, most=PER_PAGE)
        return Part(rows, page, pages_of(everything), everything, everything)
    fitting = [one for one, told in queries.conflicts_told(call.id) if fits(told, words)]
    found = len(fitting)
    page, start = start_of(found)
    rows = queries.conflicts_of(call.id, among=fitting[start : start + PER_PAGE])
    return Part(rows, page, pages_of(found), found, everything, words)


@bp.post("/conflicts/search")
@access(Lens.STAFF, policy.may_fill_pool)
def detect_conflicts(call_id: str) -> ResponseReturnValue:
    call = call_of(call_id)
    new = service.detect_conflicts(signed_in(), call)
    flash(
        plural("%(num)s new conflict was found.", "%(num)s new conflicts were found.", new)
        if new
        else _("No new conflict was found."),
        "good",
    )
    return to("conflicts", call)


@bp.route("/conflicts/new", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_fill_pool)
def add_conflict(call_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
    enforce(policy.may_fill_pool(actor, call))
    people, proposals = queries.pool_of(call.id), judged_in(call)
    form = ConflictForm.offering(
        [(row.account_id, f"{row.name} – {row.organisation or row.email}") for row in people],
        [(row.id, f"{row.number} {row.title}") for row in proposals],
    )
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.add_conflict(
                actor,
                call,
                proposal_of(call, form.proposal_id.data),
                form.account_id.data,
                kind=ConflictKind(form.kind.data),
                reason=form.reason.data.strip(),
            )
            flash(_("The conflict is entered."), "good")
            return to("conflicts", call)
    return render_template(
        "reviewers/add_conflict.html",
        form=form,
        call=call_views.call_row(call),
        many=max(len(people), len(proposals)) > MOST_OFFERED,
        person=words_asked("person"),
        proposal=words_asked("proposal"),
    )


@bp.route("/conflicts/<id:conflict_id>/set-aside", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_set_aside, recorded=True)
def set_aside(call_id: str, conflict_id: str) -> ResponseReturnValue:
    """Say that what was found is no conflict, with a reason."""
    call, actor = call_of(call_id), signed_in()
    conflict = require(queries.get_conflict(call.id, conflict_id))
    enforce(policy.may_set_aside(actor, call, conflict.account_id))
    row = queries.conflict_row(call.id, conflict.id)
    form = SetAsideForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.set_aside(actor, call, conflict, form.reason.data)
            flash(_("The conflict is set aside. It is kept, and counts no more."), "good")
            return to("conflicts", call)
    record(actor, IdentityRead(purpose="conflicts"), about=call)
    return render_template(
        "reviewers/set_aside.html",
        form=form,
        call=call_views.call_row(call),
        row=views.conflict_rows(call, [row])[0],
    )
