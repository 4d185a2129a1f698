"""What the officer does with the rule, as far as it concerns proposals that are open to somebody:
departures from it, and the draw that is held."""

from collections.abc import Collection, Sequence

from app.allocation import queries as allocations
from app.allocation.computing import Data
from app.allocation.models import AllocationState, Draw
from app.allocation.queries import DepartureRow
from app.core import clock

STANDING = (AllocationState.PROPOSED, AllocationState.APPROVED)


def waiting_in(call_id: str) -> Sequence[DepartureRow] | None:
    """Return the departures of what waits for approval or release; nothing where it was sent back
    or was never proposed."""
    allocation = allocations.latest_allocation(call_id)
    if allocation is None or allocation.state not in STANDING:
        return None
    return allocations.departures_of(allocation.id)


def told(waiting: Sequence[DepartureRow] | None, draw: Draw | None, seen: Collection[str]) -> Data:
    """Return it as it is kept beside an outlook; `seen` are the numbers of its proposals.

    Who agreed is left out: the panel reads that somebody did. So is the reason: an officer who
    knows who applies, and of what is closed, may have written anything into it.
    """
    return {
        "proposed": waiting is not None,
        "departures": [_departure(one) for one in waiting or () if one.number in seen],
        "draw": _draw(draw) if draw is not None else {},
    }


def _departure(one: DepartureRow) -> Data:
    return {
        "proposal": one.number,
        "decision": one.decision.value,
        "amount_minor": one.amount_minor,
        "agreed": bool(one.approver),
    }


def _draw(draw: Draw) -> Data:
    return {
        "source": draw.source,
        "committed_at": clock.to_text(draw.committed_at),
        "held_at": clock.to_text(draw.held_at) if draw.held_at else "",
    }
