"""Where those who work on a call say that they have a conflict of interest in it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.paging import part_of
from app.core.web import require
from app.core.words import _
from app.ledger.service import record
from app.proposals import queries as proposals
from app.proposals.events import IdentityRead
from app.reviewers import policy, queries, service, views
from app.reviewers.forms import OwnConflictForm
from app.reviewers.models import ConflictKind

bp = Blueprint("interests", __name__, url_prefix="/interests")


@bp.get("/")
@access(Lens.STAFF, policy.may_list_own_interests)
def list_own() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_list_own_interests(actor))
    return render_template(
        "reviewers/interests.html",
        rows=views.interest_rows(actor, queries.calls_with_office(actor)),
    )


@bp.route("/<id:call_id>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_declare_own, recorded=True)
def declare(call_id: str) -> ResponseReturnValue:
    """Show who applies with what title, and nothing else, so that one can tell."""
    actor = signed_in()
    call = require(calls.get_call(call_id))
    enforce(policy.may_declare_own(actor, call))
    rows = queries.who_applies(call.id)
    form = OwnConflictForm.offering(
        [(row.id, f"{row.number} {row.title} {row.lead} {row.organisation}") for row in rows]
    )
    if form.validate_on_submit():
        with refusals_shown_on(form):
            proposal = require(proposals.get_proposal(form.proposal_id.data))
            service.declare_own(
                actor,
                call,
                proposal,
                kind=ConflictKind(form.kind.data),
                detail=(form.detail.data or "").strip(),
            )
            flash(
                _("Thank you. The desk of %(code)s is closed to you now.", code=call.code), "good"
            )
            return redirect(url_for("interests.list_own"), 303)
    record(actor, IdentityRead(purpose="own conflicts"), about=call)
    return render_template(
        "reviewers/declare_own.html",
        form=form,
        call=call_views.call_row(call),
        rows=part_of(rows, lambda row: " ".join(row[1:])),
    )
