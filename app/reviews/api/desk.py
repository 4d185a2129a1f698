"""How far the reviews of a call are, for programs of its staff. No reviewer is named."""

from dataclasses import dataclass
from typing import Annotated

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.core.api import Listed, PageAsked, Says, TokenScope, listed, operation
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.reviews import policy, queries, views
from app.reviews.api.room import bp


@dataclass(frozen=True, slots=True)
class ProposalProgress:
    """A proposal in review, with its seats by state."""

    number: str
    title: str
    invited: int
    accepted: int
    submitted: int
    closed: Annotated[int, Says("Declined, removed or conflicted.")]
    enough: Annotated[bool, Says("As many reviews are in as the call asks for.")]


@bp.get("/desk/calls/<id:call_id>/progress")
@operation(
    Lens.STAFF,
    policy.may_see_progress,
    TokenScope.DESK_READ,
    answers=Listed[ProposalProgress],
    asks=PageAsked,
)
def progress(call_id: str, asked: PageAsked) -> Listed[ProposalProgress]:
    """Tell for each proposal in review how many of its reviews are in."""
    call = require(calls.get_call(call_id))
    enforce(policy.may_see_progress(signed_in(), call))
    rows = views.progress_rows(call, list(queries.progress_in(call.id).seats.values()))
    names = ("number", "title", "invited", "accepted", "submitted", "closed", "enough")
    whole = list(zip(*(rows.column(name) for name in names), strict=True))
    return listed(whole, asked, lambda row: ProposalProgress(*row))
