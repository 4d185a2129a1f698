"""The ranking and the allocation as files, for the staff of the call."""

from flask import Response

from app.accounts.session import signed_in
from app.allocation import exporting, policy, queries, service
from app.allocation.routes.desk import bp
from app.calls import queries as calls
from app.calls.models import Call
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.table_file import table_response
from app.core.verdict import refused
from app.core.web import require
from scoring.errors import InputError


def _call(call_id: str) -> Call:
    call = require(calls.get_call_with_criteria(call_id))
    enforce(policy.may_see_ranking(signed_in(), call))
    return call


@bp.get("/ranking.csv", defaults={"ending": "csv"})
@bp.get("/ranking.xlsx", defaults={"ending": "xlsx"})
@bp.get("/ranking.json", defaults={"ending": "json"})
@access(Lens.STAFF, policy.may_see_ranking)
def ranking_file(call_id: str, ending: str) -> Response:
    """Send the ranking that was made, or as it would stand now."""
    call = _call(call_id)
    made = queries.latest_ranking(call.id)
    try:
        result = made.result if made else service.standing(call).result
    except (InputError, ValueError) as error:
        enforce(refused(str(error)))
        raise
    return table_response(exporting.ranking_table(call, result), ending)


@bp.get("/allocation.csv", defaults={"ending": "csv"})
@bp.get("/allocation.xlsx", defaults={"ending": "xlsx"})
@bp.get("/allocation.json", defaults={"ending": "json"})
@access(Lens.STAFF, policy.may_see_ranking)
def allocation_file(call_id: str, ending: str) -> Response:
    """Send the allocation that is proposed, or what the rule would give."""
    call = _call(call_id)
    require(queries.latest_ranking(call.id))
    return table_response(exporting.allocation_table(call), ending)
