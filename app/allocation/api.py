"""The ranking of a call for programs of its staff. No name is read here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from flask import Blueprint

from app.accounts.session import signed_in
from app.allocation import policy, queries, rules, service
from app.calls import queries as calls
from app.core.api import Problem, Says, TokenScope, operation
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from scoring.errors import InputError

bp = Blueprint("api_allocation", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class RankingTold:
    """The places of a call's proposals, exact."""

    made: Annotated[bool, Says("Whether it was made; else it is how it would stand now.")]
    sha256: Annotated[str, Says("Of the ranking that was made, as the ledger has it.")]
    places: Annotated[
        Sequence[Mapping[str, Any]],
        Says("The best first: proposal, rank, exact total, means, ties and how each was broken."),
    ]


NONE_YET = "No ranking can be computed yet."


@bp.get("/desk/calls/<id:call_id>/ranking")
@operation(
    Lens.STAFF,
    policy.may_see_ranking,
    TokenScope.DESK_READ,
    answers=RankingTold,
    refuses={409: NONE_YET},
)
def ranking(call_id: str) -> RankingTold:
    """Read the ranking that was made, or how it would stand now."""
    call = require(calls.get_call_with_criteria(call_id))
    enforce(policy.may_see_ranking(signed_in(), call))
    ranked = rules.may_be_ranked(calls.phase(call))
    made = queries.latest_ranking(call.id) if ranked else None
    if made is not None:
        return RankingTold(made=True, sha256=made.result_sha256, places=made.result["places"])
    try:
        result, _titles = service.standing(call)
    except (InputError, ValueError) as error:
        raise Problem(409, f"{NONE_YET} {error}", kind="no-ranking") from error
    return RankingTold(made=False, sha256="", places=result["places"])
