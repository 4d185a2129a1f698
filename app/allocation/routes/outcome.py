"""The applicants' page after release: what was decided, why, and what the reviewers wrote."""

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.allocation import feedback_pack, policy, queries, told
from app.allocation.models import Outcome
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.files import FileMissing, FileStore
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.proposals import queries as proposals
from app.proposals.models import Proposal

bp = Blueprint("outcome", __name__)


def _told(proposal_id: str) -> tuple[Proposal, Outcome, Call]:
    """Return a proposal with its outcome; before the release there is none to be found."""
    proposal = require(proposals.get_proposal(proposal_id))
    enforce(policy.may_see_outcome(signed_in(), proposal))
    outcome = require(queries.outcome_of(proposal_id))
    call = calls.get_call(proposal.call_id)
    assert call is not None
    return proposal, outcome, call


@bp.get("/proposals/<id:proposal_id>/outcome")
@access(Lens.APPLICANT, policy.may_see_outcome)
def show(proposal_id: str) -> ResponseReturnValue:
    proposal, outcome, call = _told(proposal_id)
    return render_template(
        "allocation/outcome.html",
        proposal=proposal,
        call=call_views.call_row(call),
        **told.outcome(call, outcome, queries.feedback_of(proposal_id)),
    )


@bp.get("/proposals/<id:proposal_id>/feedback.zip")
@access(Lens.APPLICANT, policy.may_see_outcome)
def pack(proposal_id: str) -> ResponseReturnValue:
    """Hand out all that was told in one file to keep."""
    proposal, outcome, call = _told(proposal_id)
    number = proposal.number or ""
    content = feedback_pack.packed(
        number,
        outcome,
        queries.feedback_of(proposal_id),
        {criterion.key: criterion.label for criterion in calls.criteria_of(call.id)},
        _letter(outcome),
    )
    name = f"attachment; filename={number}-feedback.zip"
    return Response(content, mimetype="application/zip", headers={"Content-Disposition": name})


def _letter(outcome: Outcome) -> bytes | None:
    if not outcome.letter:
        return None  # being made
    store: FileStore = current_app.extensions["files"]
    try:
        return store.get(outcome.letter["file_key"])
    except FileMissing:
        return None
