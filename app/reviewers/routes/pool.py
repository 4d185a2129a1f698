"""The pages of the pool."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import views as call_views
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.reviewers import policy, queries, service, views
from app.reviewers.forms import AskForm, ReviewerForm
from app.reviewers.models import ReviewerKind
from app.reviewers.routes.room import bp, call_of, to


@bp.get("/reviewers")
@access(Lens.STAFF, policy.may_see_pool)
def pool(call_id: str) -> ResponseReturnValue:
    call = call_of(call_id)
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
    call, actor = call_of(call_id), signed_in()
    enforce(policy.may_fill_pool(actor, call))
    form = ReviewerForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.enter_reviewer(actor, call, form.to_draft())
            flash(_("%(name)s is in the pool.", name=form.name.data.strip()), "good")
            return to("pool", call)
    return render_template(
        "reviewers/edit_reviewer.html", form=form, call=call_views.call_row(call), name=""
    )


@bp.route("/reviewers/<id:account_id>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_fill_pool)
def change_reviewer(call_id: str, account_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
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
            return to("pool", call)
    return render_template(
        "reviewers/edit_reviewer.html",
        form=form,
        call=call_views.call_row(call),
        name=queries.name_of(account_id),
    )
