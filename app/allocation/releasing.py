"""The seam between a release and the rooms above: they say what they do when it happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.accounts.actor import Actor
from app.allocation import queries
from app.allocation.computing import Data
from app.allocation.models import Allocation
from app.allocation.publishing import Prepared
from app.calls.models import Call
from app.proposals.queries import Judged


@dataclass(frozen=True, slots=True)
class Release:
    """What later rooms need to act on a release: the whole decision, frozen."""

    call: Call
    allocation: Allocation
    ranking: Data
    lines: Sequence[queries.LineRow]
    unranked: Sequence[Judged] = ()  # handed in, but without a review that counts
    prepared: Prepared | None = None  # computed before; else a step computes it


Step = Callable[[Actor, Release], None]
steps: list[Step] = []


def at_release(step: Step) -> Step:
    """Register what a room does inside the release: letters are written, awards are made,
    reports are queued. Steps run in the order in which the rooms are opened."""
    steps.append(step)
    return step
