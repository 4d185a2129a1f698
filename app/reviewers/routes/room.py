"""The staff's room of reviewers, and what its pages share."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls.models import Call
from app.core.gate import enforce
from app.core.web import require
from app.proposals import queries as proposals
from app.proposals.models import Proposal
from app.reviewers import policy, rules

bp = Blueprint("reviewers", __name__, url_prefix="/desk/calls/<id:call_id>")


def call_of(call_id: str) -> Call:
    call = require(calls.get_call(call_id))
    enforce(policy.may_see_pool(signed_in(), call))
    return call


def proposal_of(call: Call, proposal_id: str) -> Proposal:
    proposal = proposals.get_proposal(proposal_id)
    require(proposal if proposal and proposal.call_id == call.id and proposal.number else None)
    assert proposal is not None
    return proposal


def to(page: str, call: Call, **values: str) -> ResponseReturnValue:
    return redirect(url_for(f"reviewers.{page}", call_id=call.id, **values), 303)  # type: ignore[arg-type]


def judged_in(call: Call) -> list[proposals.Judged]:
    return proposals.in_review(call.id, *sorted(rules.JUDGED))
