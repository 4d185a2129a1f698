"""The applicants' page after release: what was decided, why, and what the reviewers wrote."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.allocation import policy, queries, told
from app.calls import queries as calls
from app.calls import views as call_views
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.proposals import queries as proposals

bp = Blueprint("outcome", __name__)


@bp.get("/proposals/<id:proposal_id>/outcome")
@access(Lens.APPLICANT, policy.may_see_outcome)
def show(proposal_id: str) -> ResponseReturnValue:
    proposal = require(proposals.get_proposal(proposal_id))
    enforce(policy.may_see_outcome(signed_in(), proposal))
    outcome = queries.outcome_of(proposal_id)
    call = calls.get_call(proposal.call_id)
    outcome = require(outcome)
    assert call is not None
    return render_template(
        "allocation/outcome.html",
        proposal=proposal,
        call=call_views.call_row(call),
        **told.outcome(call, outcome, queries.feedback_of(proposal_id)),
    )
