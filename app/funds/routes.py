"""A funder's own contribution: its conditions, what was promised of it, what was paid."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.funds import policy, queries, views

bp = Blueprint("reconciliation", __name__, url_prefix="/funder/contributions")


@bp.get("/<id:contribution_id>")
@access(Lens.FUNDER, policy.may_see_own)
def show(contribution_id: str) -> ResponseReturnValue:
    contribution = require(queries.get_contribution(contribution_id))
    enforce(policy.may_see_own(signed_in(), contribution))
    fund = require(queries.get_fund(contribution.fund_id))
    return render_template(
        "funds/reconciliation.html",
        fund={"name": fund.name, "pot": views.pot_words(fund.pot)},
        currency=fund.currency,
        funder=queries.funder_name(contribution.funder_id),
        own=views.reconciliation(contribution),
    )
