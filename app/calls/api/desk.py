"""The calls that staff work on, for their programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from app.accounts.session import signed_in
from app.calls import policy, queries
from app.calls.api.room import bp
from app.calls.models import Call
from app.calls.rules import Phase
from app.core.api import Listed, PageAsked, Says, TokenScope, listed, operation
from app.core.gate import enforce
from app.core.lens import Lens


@dataclass(frozen=True, slots=True)
class DeskCall:
    """A call that you work on."""

    id: Annotated[str, Says("Names the call in addresses of the desk.")]
    code: str
    title: str
    phase: Phase
    opens_at: datetime
    closes_at: datetime
    currency: str


@bp.get("/desk/calls")
@operation(
    Lens.STAFF,
    policy.may_list_calls,
    TokenScope.DESK_READ,
    answers=Listed[DeskCall],
    asks=PageAsked,
)
def list_desk(asked: PageAsked) -> Listed[DeskCall]:
    """List the calls you work on, the last to close first."""
    actor = signed_in()
    enforce(policy.may_list_calls(actor))
    return listed(queries.calls_on_desk_of(actor), asked, _row)


def _row(call: Call) -> DeskCall:
    return DeskCall(
        id=call.id,
        code=call.code,
        title=call.title,
        phase=queries.phase(call),
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        currency=call.currency,
    )
