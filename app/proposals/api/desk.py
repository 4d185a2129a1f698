"""The proposals of a call for programs of its staff: what, and never who."""

from dataclasses import dataclass
from typing import Annotated

from app.calls import policy
from app.core.api import Listed, PageAsked, Says, TokenScope, listed, operation
from app.core.lens import Lens
from app.proposals import queries
from app.proposals.api.room import bp
from app.proposals.models import ProposalState
from app.proposals.routes.desk import desk_call


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedAsked(PageAsked):
    """Which proposals are asked for."""

    state: Annotated[ProposalState | None, Says("Proposals in this state alone.")] = None


@dataclass(frozen=True, slots=True)
class SubmittedRow:
    """A proposal that was handed in."""

    number: str
    state: ProposalState
    title: str
    requested_minor: Annotated[int, Says("In minor units of the call's currency.")]


@bp.get("/desk/calls/<id:call_id>/proposals")
@operation(
    Lens.STAFF,
    policy.may_see_desk,
    TokenScope.DESK_READ,
    answers=Listed[SubmittedRow],
    asks=SubmittedAsked,
)
def list_submitted(call_id: str, asked: SubmittedAsked) -> Listed[SubmittedRow]:
    """List what was handed in, by number. Who applies is told on the pages alone."""
    call = desk_call(call_id)
    found = queries.submitted_in(call.id)
    fitting = [row for row in found if asked.state in {None, row.state}]
    return listed(
        fitting,
        asked,
        lambda row: SubmittedRow(row.number, row.state, row.title, row.requested_minor),
    )
