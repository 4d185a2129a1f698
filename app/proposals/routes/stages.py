"""The desk's page of a two-stage call: which outlines are invited to go on."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import policy as call_policy
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.proposals import queries, stages
from app.proposals.forms import SmallForm
from app.proposals.routes.desk import bp


def _running(call_id: str) -> Call:
    call = require(calls.get_call(call_id))
    enforce(call_policy.may_run_call(signed_in(), call))
    return call


@bp.get("/invitations")
@access(Lens.STAFF, call_policy.may_run_call)
def list_outlines(call_id: str) -> ResponseReturnValue:
    call = _running(call_id)
    second = calls.second_stage_of(call.id)
    invited = stages.invited_in(second) if second else frozenset()
    return render_template(
        "proposals/outlines.html",
        form=SmallForm(),
        call=call_views.call_row(call),
        second=call_views.call_row(second) if second else None,
        outlines=[
            {"id": row.id, "number": row.number, "title": row.title, "invited": row.id in invited}
            for row in queries.in_review(call.id, *sorted(stages.INVITED_FROM))
        ],
    )


@bp.post("/<id:proposal_id>/invite")
@access(Lens.STAFF, call_policy.may_run_call)
def invite_outline(call_id: str, proposal_id: str) -> ResponseReturnValue:
    call = _running(call_id)
    outline = queries.get_proposal(proposal_id)
    outline = require(outline if outline and outline.call_id == call.id else None)
    stages.invite(signed_in(), call, outline)
    flash(_("%(number)s is invited, and its applicants are told.", number=outline.number), "good")
    return redirect(url_for("proposals_desk.list_outlines", call_id=call.id), 303)
