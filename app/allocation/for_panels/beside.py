"""What the officer does with the rule, as far as it concerns proposals that are open to somebody:
departures from it, and the draw that is held."""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from app.allocation import queries as allocations
from app.allocation.computing import Data
from app.allocation.models import AllocationState, Draw
from app.allocation.queries import RANKED, DepartureRow
from app.core import clock
from app.proposals import queries as proposals
from app.proposals.models import ProposalState

TELLING = 8  # letters: a shorter title may be any word
STANDING = (AllocationState.PROPOSED, AllocationState.APPROVED)


class Waiting(NamedTuple):
    """An allocation that waits for approval or release: its departures, and the titles of the call
    by number, for a reason might name one."""

    departures: list[DepartureRow]
    titles: Mapping[str, str]


def waiting_in(call_id: str) -> Waiting | None:
    """Return what is proposed of a call; nothing where it was sent back or was never proposed."""
    allocation = allocations.latest_allocation(call_id)
    if allocation is None or allocation.state not in STANDING:
        return None
    known = proposals.titles_by_number(call_id, *RANKED, ProposalState.WITHDRAWN)
    return Waiting(allocations.departures_of(allocation.id), known)


def told(waiting: Waiting | None, draw: Draw | None, seen: Collection[str]) -> Data:
    """Return it as it is kept beside an outlook; `seen` are the numbers of its proposals.

    Who agreed is left out: the panel reads that somebody did.
    """
    departing = waiting.departures if waiting else []
    titles = waiting.titles if waiting else {}
    return {
        "proposed": waiting is not None,
        "departures": [_departure(one, titles) for one in departing if one.number in seen],
        "draw": _draw(draw) if draw is not None else {},
    }


def _departure(one: DepartureRow, titles: Mapping[str, str]) -> Data:
    return {
        "proposal": one.number,
        "decision": one.decision.value,
        "amount_minor": one.amount_minor,
        "reason": one.reason if speaks_of_itself(one.reason, one.number, titles) else "",
        "agreed": bool(one.approver),
    }


def speaks_of_itself(reason: str, own: str, titles: Mapping[str, str]) -> bool:
    """Whether a reason names no other proposal of the call, by number or by a title of some length.

    One that does is read by nobody of the panel, whether or not the other is open to them: else
    what is left out would tell that something is closed.
    """
    told = {number: title for number, title in titles.items() if number and number != own}
    named = [*told, *(title for title in told.values() if len(title) >= TELLING)]
    others = "|".join(map(re.escape, named))
    return not others or re.search(rf"(?<!\w)(?:{others})(?!\w)", reason, re.IGNORECASE) is None


def _draw(draw: Draw) -> Data:
    return {
        "source": draw.source,
        "committed_at": clock.to_text(draw.committed_at),
        "held_at": clock.to_text(draw.held_at) if draw.held_at else "",
    }
