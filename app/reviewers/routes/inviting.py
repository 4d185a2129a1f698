"""Asking the pool, and what came back."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import views as call_views
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.paging import part_of
from app.core.web import require
from app.core.words import _, plural
from app.reviewers import notices, policy, queries, service, views
from app.reviewers.forms import InviteForm
from app.reviewers.routes.room import bp, call_of, to

PREVIEWED = 3  # letters shown filled in before they are sent


@bp.get("/reviewers/invitations")
@access(Lens.STAFF, policy.may_see_pool)
def invitations(call_id: str) -> ResponseReturnValue:
    call = call_of(call_id)
    asked = part_of(queries.invitations_of(call.id), lambda row: row.name)
    return render_template(
        "reviewers/invitations.html",
        call=call_views.call_row(call),
        asked=asked,
        rows=views.invitation_rows(call, asked.rows),
        suggestions=views.suggestion_rows(call, queries.suggestions_of(call.id)),
        may_fill=policy.may_fill_pool(signed_in(), call),
    )


@bp.route("/reviewers/invite", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_fill_pool)
def invite(call_id: str) -> ResponseReturnValue:
    """Ask several at once; a preview comes first, filled in as it will be sent. The list is turned
    and narrowed inside the form, so that ticks and letter stay."""
    call, actor = call_of(call_id), signed_in()
    enforce(policy.may_fill_pool(actor, call))
    settled = {row.account_id for row in queries.invitations_of(call.id) if row.holds}
    pool = [row for row in queries.pool_of(call.id) if row.account_id not in settled]
    left = part_of(pool, lambda row: f"{row.name} {row.organisation} {row.expertise}")
    form = InviteForm.offering(
        {row.account_id: f"{row.name} – {row.organisation or row.email}" for row in pool}
    )
    previews: list[views.Values] = []
    ticked = form.chosen
    if request.form.get("act") != "look" and form.validate_on_submit():
        chosen = [row for row in pool if row.account_id in ticked]
        if request.form.get("act") == "send":
            with refusals_shown_on(form):
                asked = service.invite(actor, call, chosen, form.text.data)
                said = plural("%(num)s person is asked.", "%(num)s people are asked.", asked)
                flash(said, "good")
                return to("invitations", call)
        previews = [
            {"name": row.name, "text": notices.shown(call, row, form.text.data)}
            for row in chosen[:PREVIEWED]
        ]
    return render_template(
        "reviewers/invite.html",
        form=form,
        call=call_views.call_row(call),
        left=left,
        elsewhere=form.show(row.account_id for row in left.rows),
        previews=previews,
        chosen=len(ticked) if previews else 0,
    )


@bp.post("/reviewers/suggestions/<id:suggestion_id>")
@access(Lens.STAFF, policy.may_fill_pool)
def judge_suggestion(call_id: str, suggestion_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
    suggestion = require(queries.get_suggestion(call.id, suggestion_id))
    if request.form.get("act") == "take":
        service.take_suggestion(actor, call, suggestion)
        flash(_("%(name)s is in the pool.", name=suggestion.name), "good")
    else:
        service.turn_down_suggestion(actor, call, suggestion)
        flash(_("The suggestion is turned down."), "good")
    return to("invitations", call)
