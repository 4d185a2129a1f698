"""The pages of the assignment: who judges what."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.lens import Lens
from app.core.paging import fits, part_of
from app.core.web import require
from app.core.words import _
from app.reviewers import policy, queries, service, views
from app.reviewers.forms import AssignForm, ButtonForm
from app.reviewers.routes.room import bp, call_of, judged_in, proposal_of, to

SHOWN = 50  # proposals on a page, and people below it


@bp.get("/assignment")
@access(Lens.STAFF, policy.may_see_pool)
def assignment(call_id: str) -> ResponseReturnValue:
    call = call_of(call_id)
    rows = views.overview(call, judged_in(call), queries.seats_of(call.id))
    people = queries.pool_of(call.id)
    pages = max(-(-len(rows) // SHOWN), 1)
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "reviewers/assignment.html",
        call=call_views.call_row(call),
        rows=rows[(page - 1) * SHOWN : page * SHOWN],
        page=page,
        pages=pages,
        each=call.reviewers_each,
        missing=views.what_is_missing(call, rows),
        first_missing=next((row["url"] for row in rows if row["missing"]), ""),
        people=views.loads(people, SHOWN),
        others=max(len(people) - SHOWN, 0),
        may_assign=policy.may_assign(signed_in(), call),
    )


@bp.route("/assignment/<id:proposal_id>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_assign)
def assign(call_id: str, proposal_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
    proposal = proposal_of(call, proposal_id)
    people = queries.pool_of(call.id)
    seats = queries.seats_of(call.id)
    here = [seat for seat in seats if seat.proposal_id == proposal.id]
    found = views.candidates(
        people,
        _why_conflicted(call, proposal.id),
        {seat.account_id: seat.state for seat in here},
    )
    candidates = part_of(found, _told, per=SHOWN)
    form = AssignForm.offering(
        [
            (row["account_id"], f"{row['name']} ({row['load']})")
            for row in found
            if not row["why_not"] and fits(_told(row), candidates.words)
        ]
    )
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.assign(actor, call, proposal, form.account_id.data)
            flash(
                _("%(name)s is asked.", name=queries.name_of(form.account_id.data)),
                "good",
            )
            return to("assign", call, proposal_id=proposal.id)
    rows = views.overview(call, judged_in(call), seats)
    return render_template(
        "reviewers/assign.html",
        form=form,
        remove_form=ButtonForm(formdata=None),
        call=call_views.call_row(call),
        proposal=next((row for row in rows if row["id"] == proposal.id), None)
        or {"number": proposal.number, "title": "", "seats": [], "missing": 0},
        candidates=candidates,
        each=call.reviewers_each,
        following=_following(rows, proposal.id),
        may_assign=policy.may_assign(actor, call),
    )


def _told(row: views.Values) -> str:
    return f"{row['name']} {row['organisation']} {row['expertise']}"


def _why_conflicted(call: Call, proposal_id: str) -> dict[str, list[str]]:
    """Return why each person must not judge this proposal: what is known, and what the records
    show now, though only an assignment writes it down."""
    kinds = {
        (account, kind)
        for _proposal, account, kind in queries.known_conflicts(call.id, proposal_id)
    } | {(found.account_id, found.kind) for found in service.look_for_conflicts(call, proposal_id)}
    why: dict[str, list[str]] = {}
    for account, kind in sorted(kinds):
        why.setdefault(account, []).append(views.conflict_words(kind))
    return why


def _following(rows: list[views.Values], proposal_id: str) -> views.Values | None:
    """Return the next proposal after this one that has too few reviewers, if there is one."""
    place = next((at for at, row in enumerate(rows) if row["id"] == proposal_id), -1)
    turned = [*rows[place + 1 :], *rows[: max(place, 0)]]
    return next((row for row in turned if row["missing"]), None)


@bp.post("/assignment/<id:proposal_id>/seats/<id:seat_id>/remove")
@access(Lens.STAFF, policy.may_assign)
def remove_seat(call_id: str, proposal_id: str, seat_id: str) -> ResponseReturnValue:
    call = call_of(call_id)
    seat = queries.get_seat(call.id, seat_id)
    require(seat if seat and seat.proposal_id == proposal_id else None)
    assert seat is not None
    service.remove_seat(signed_in(), call, seat)
    flash(_("The seat is empty again."), "good")
    return to("assign", call, proposal_id=proposal_id)
