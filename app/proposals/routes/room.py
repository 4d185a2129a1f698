"""The blueprint of the applicants' pages, and what each of them begins with."""

from flask import (
    Blueprint,
    redirect,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls.models import Call
from app.core.gate import enforce
from app.core.web import require
from app.proposals import policy, queries
from app.proposals.models import Proposal

bp = Blueprint("proposals", __name__)


def own(proposal_id: str) -> tuple[Proposal, Call]:
    proposal, call = require(queries.with_call(proposal_id))
    enforce(policy.may_see_own(signed_in(), proposal))
    return proposal, call


def to_page(proposal: Proposal, page: str = "show", **values: str) -> ResponseReturnValue:
    return redirect(url_for(f"proposals.{page}", proposal_id=proposal.id, **values), 303)  # type: ignore[arg-type]
