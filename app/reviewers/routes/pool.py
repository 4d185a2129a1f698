"""The pages of the pool."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.csv_file import csv_response
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.paging import part_of
from app.core.web import require
from app.core.words import _
from app.reviewers import policy, queries, service, views
from app.reviewers.forms import AskForm, ReviewerForm
from app.reviewers.routes.room import bp, call_of, to
from app.reviewers.views import Wanted


@bp.get("/reviewers")
@access(Lens.STAFF, policy.may_see_pool)
def pool(call_id: str) -> ResponseReturnValue:
    call = call_of(call_id)
    pairs = queries.conflicted_pairs(call.id)
    everybody, wanted = queries.pool_of(call.id), _wanted()
    found = part_of([row for row in everybody if wanted.fits(row)])
    return render_template(
        "reviewers/pool.html",
        call=call_views.call_row(call),
        rows=views.pool_rows(call, found.rows, pairs),
        found=found,
        everybody=len(everybody),
        wanted=wanted,
        filters=views.filters(everybody, wanted),
        conflicts=len(pairs),
        may_fill=policy.may_fill_pool(signed_in(), call),
    )


def _wanted() -> Wanted:
    asked = {name: request.args.get(name, "")[:100] for name in Wanted.__slots__}
    return Wanted(**asked)


@bp.get("/reviewers.csv")
@access(Lens.STAFF, policy.may_see_pool)
def export_pool(call_id: str) -> ResponseReturnValue:
    """Send the pool as a list that can be taken in again."""
    call = call_of(call_id)
    rows = queries.pool_of(call.id)
    away = queries.away_by_account(row.account_id for row in rows)
    return csv_response(
        f"{call.code}-reviewers.csv", views.LIST_HEAD, [views.list_rows(rows, away)]
    )


@bp.route("/reviewers/new", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_fill_pool)
def enter_reviewer(call_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
    enforce(policy.may_fill_pool(actor, call))
    form = ReviewerForm()
    form.offer_mentors(_mentors(call))
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.enter_reviewer(actor, call, form.to_draft())
            flash(_("%(name)s is in the pool.", name=form.name.data.strip()), "good")
            return to("pool", call)
    return render_template(
        "reviewers/edit_reviewer.html", form=form, call=call_views.call_row(call), name=""
    )


def _mentors(call: Call, but: str = "") -> dict[str, str]:
    known = queries.emails_in_pool(call.id)
    return {email: account_id for email, account_id in known.items() if account_id != but}


@bp.route("/reviewers/<id:account_id>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_fill_pool)
def change_reviewer(call_id: str, account_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
    enforce(policy.may_fill_pool(actor, call))
    member = require(queries.member(call.id, account_id))
    form, mentors = AskForm(obj=member), _mentors(call, but=account_id)
    form.offer_mentors(mentors)
    if not form.is_submitted():
        form.mentor.data = next((e for e, one in mentors.items() if one == member.mentor_id), "")
        form.show_profile(queries.profile_of(account_id))
    if form.validate_on_submit():
        asked = form.to_asked()
        with refusals_shown_on(form):
            service.change_reviewer(
                actor,
                call,
                member,
                kind=asked.kind,
                expertise=asked.expertise,
                most=asked.most,
                profile=asked.profile,
                mentor_id=asked.mentor_id,
            )
            flash(_("Saved."), "good")
            return to("pool", call)
    return render_template(
        "reviewers/edit_reviewer.html",
        form=form,
        call=call_views.call_row(call),
        name=queries.name_of(account_id),
    )
