"""The staff's pages of reviewers: the pool, conflicts, and who judges what."""

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
from app.core.web import require
from app.core.words import _, plural
from app.ledger.service import record
from app.proposals import queries as proposals
from app.proposals.events import IdentityRead
from app.proposals.models import Proposal
from app.reviewers import policy, queries, rules, service, views
from app.reviewers.forms import AskForm, AssignForm, ButtonForm, ConflictForm, ReviewerForm
from app.reviewers.models import ConflictKind, ReviewerKind

bp = Blueprint("reviewers", __name__, url_prefix="/desk/calls/<id:call_id>")


def _call(call_id: str) -> Call:
    call = require(calls.get_call(call_id))
    enforce(policy.may_see_pool(signed_in(), call))
    return call


def _proposal(call: Call, proposal_id: str) -> Proposal:
    proposal = proposals.get_proposal(proposal_id)
    require(proposal if proposal and proposal.call_id == call.id and proposal.number else None)
    assert proposal is not None
    return proposal


def _to(page: str, call: Call, **values: str) -> ResponseReturnValue:
    return redirect(url_for(f"reviewers.{page}", call_id=call.id, **values), 303)  # type: ignore[arg-type]


@bp.get("/reviewers")
@access(Lens.STAFF, policy.may_see_pool)
def pool(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    pairs = {(proposal, account) for proposal, account, _kind in queries.known_conflicts(call.id)}
    return render_template(
        "reviewers/pool.html",
        call=call_views.call_row(call),
        rows=views.pool_rows(call, queries.pool_of(call.id), pairs),
        conflicts=len(pairs),
        may_fill=policy.may_fill_pool(signed_in(), call),
    )


@bp.route("/reviewers/new", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_fill_pool)
def enter_reviewer(call_id: str) -> ResponseReturnValue:
    call, actor = _call(call_id), signed_in()
    enforce(policy.may_fill_pool(actor, call))
    form = ReviewerForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.enter_reviewer(actor, call, form.to_draft())
            flash(_("%(name)s is in the pool.", name=form.name.data.strip()), "good")
            return _to("pool", call)
    return render_template(
        "reviewers/edit_reviewer.html", form=form, call=call_views.call_row(call), name=""
    )


@bp.route("/reviewers/<id:account_id>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_fill_pool)
def change_reviewer(call_id: str, account_id: str) -> ResponseReturnValue:
    call, actor = _call(call_id), signed_in()
    enforce(policy.may_fill_pool(actor, call))
    member = require(queries.member(call.id, account_id))
    form = AskForm(obj=member)
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.change_reviewer(
                actor,
                call,
                member,
                kind=ReviewerKind(form.kind.data),
                expertise=(form.expertise.data or "").strip(),
                most=form.most.data,
            )
            flash(_("Saved."), "good")
            return _to("pool", call)
    return render_template(
        "reviewers/edit_reviewer.html",
        form=form,
        call=call_views.call_row(call),
        name=queries.name_of(account_id),
    )


# --- conflicts -----------------------------------------------------------------------------------


@bp.get("/conflicts")
@access(Lens.STAFF, policy.may_see_pool, recorded=True)
def conflicts(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    record(signed_in(), IdentityRead(purpose="conflicts"), about=call)
    return render_template(
        "reviewers/conflicts.html",
        call=call_views.call_row(call),
        rows=views.conflict_rows(call, queries.conflicts_of(call.id)),
        may_fill=policy.may_fill_pool(signed_in(), call),
    )


@bp.post("/conflicts/search")
@access(Lens.STAFF, policy.may_fill_pool)
def detect_conflicts(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    new = service.detect_conflicts(signed_in(), call)
    flash(
        plural("%(num)s new conflict was found.", "%(num)s new conflicts were found.", new)
        if new
        else _("No new conflict was found."),
        "good",
    )
    return _to("conflicts", call)


@bp.route("/conflicts/new", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_fill_pool)
def add_conflict(call_id: str) -> ResponseReturnValue:
    call, actor = _call(call_id), signed_in()
    enforce(policy.may_fill_pool(actor, call))
    form = ConflictForm.offering(
        [(row.account_id, row.name) for row in queries.pool_of(call.id)],
        [(row.id, f"{row.number} {row.title}") for row in _judged(call)],
    )
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.add_conflict(
                actor,
                call,
                _proposal(call, form.proposal_id.data),
                form.account_id.data,
                kind=ConflictKind(form.kind.data),
                reason=form.reason.data.strip(),
            )
            flash(_("The conflict is entered."), "good")
            return _to("conflicts", call)
    return render_template("reviewers/add_conflict.html", form=form, call=call_views.call_row(call))


# --- seats ---------------------------------------------------------------------------------------


def _judged(call: Call) -> list[proposals.Judged]:
    return proposals.in_review(call.id, *sorted(rules.JUDGED))


@bp.get("/assignment")
@access(Lens.STAFF, policy.may_see_pool)
def assignment(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    rows = views.overview(call, _judged(call), queries.seats_of(call.id))
    people = queries.pool_of(call.id)
    return render_template(
        "reviewers/assignment.html",
        call=call_views.call_row(call),
        rows=rows,
        each=call.reviewers_each,
        missing=views.what_is_missing(call, rows),
        people=[
            {"name": row.name, "load": row.load, "most": row.most, "words": views.load_words(row)}
            for row in people
        ],
        may_assign=policy.may_assign(signed_in(), call),
    )


@bp.route("/assignment/<id:proposal_id>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_assign)
def assign(call_id: str, proposal_id: str) -> ResponseReturnValue:
    call, actor = _call(call_id), signed_in()
    proposal = _proposal(call, proposal_id)
    people = queries.pool_of(call.id)
    seats = queries.seats_of(call.id)
    here = [seat for seat in seats if seat.proposal_id == proposal.id]
    found = views.candidates(
        people,
        _why_conflicted(call, proposal.id),
        {seat.account_id: seat.state for seat in here},
    )
    form = AssignForm.offering(
        [
            (row["account_id"], f"{row['name']} ({row['load']})")
            for row in found
            if not row["why_not"]
        ]
    )
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.assign(actor, call, proposal, form.account_id.data)
            flash(
                _("%(name)s is asked.", name=queries.name_of(form.account_id.data)),
                "good",
            )
            return _to("assign", call, proposal_id=proposal.id)
    rows = views.overview(call, _judged(call), seats)
    return render_template(
        "reviewers/assign.html",
        form=form,
        remove_form=ButtonForm(formdata=None),
        call=call_views.call_row(call),
        proposal=next((row for row in rows if row["id"] == proposal.id), None)
        or {"number": proposal.number, "title": "", "seats": [], "missing": 0},
        candidates=found,
        each=call.reviewers_each,
        following=_following(rows, proposal.id),
        may_assign=policy.may_assign(actor, call),
    )


def _why_conflicted(call: Call, proposal_id: str) -> dict[str, list[str]]:
    """Return why each person must not judge this proposal: what is known, and what the records
    show now, though only an assignment writes it down."""
    kinds = {
        (account, kind)
        for proposal, account, kind in queries.known_conflicts(call.id)
        if proposal == proposal_id
    } | {
        (found.account_id, found.kind)
        for found in rules.find_conflicts(
            queries.judges_of(call.id),
            [a for a in queries.applied_in(call.id) if a.proposal_id == proposal_id],
        )
    }
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
    call = _call(call_id)
    seat = queries.get_seat(call.id, seat_id)
    require(seat if seat and seat.proposal_id == proposal_id else None)
    assert seat is not None
    service.remove_seat(signed_in(), call, seat)
    flash(_("The seat is empty again."), "good")
    return _to("assign", call, proposal_id=proposal_id)
