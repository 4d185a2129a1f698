"""When seats can be given and taken, and how many. Pure."""

import string
from collections.abc import Iterable
from itertools import product

from app.calls.rules import Phase
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.proposals.models import ProposalState
from app.reviewers.models import SeatState

LIVE = frozenset({SeatState.INVITED, SeatState.ACCEPTED, SeatState.SUBMITTED})


JUDGED = frozenset(
    {
        ProposalState.ELIGIBLE,
        ProposalState.AWARDED,
        ProposalState.RESERVE,
        ProposalState.DECLINED,
    }
)


def can_assign(phase: Phase) -> Verdict:
    """Whether seats may be given and taken."""
    if phase in {Phase.ASSIGNING, Phase.REVIEWING}:
        return ALLOWED
    if phase in {Phase.RANKING, Phase.ALLOCATING, Phase.APPROVING, Phase.RELEASED, Phase.ARCHIVED}:
        return refused(_("Reviewing is over; the assignment can no longer be changed."))
    return refused(_("Reviewers are assigned after screening. First move the call to assigning."))


def can_judge(state: ProposalState, number: str) -> Verdict:
    if state is ProposalState.ELIGIBLE:
        return ALLOWED
    return refused(_("%(number)s is not eligible, so nobody reviews it.", number=number))


def can_take_more(name: str, load: int, most: int) -> Verdict:
    if load < most:
        return ALLOWED
    return refused(
        _(
            "%(name)s has %(load)s of at most %(most)s proposals. Raise the limit or ask "
            "somebody else.",
            name=name,
            load=load,
            most=most,
        )
    )


def can_sit(name: str, state: SeatState | None) -> Verdict:
    """Whether somebody may get a seat who has, or had, one in this `state` there."""
    if state in LIVE:
        return refused(_("%(name)s is already assigned to this proposal.", name=name))
    return ALLOWED


def can_remove(state: SeatState) -> Verdict:
    if state is SeatState.SUBMITTED:
        return refused(_("The review is submitted; the seat can no longer be removed."))
    if state in LIVE:
        return ALLOWED
    return refused(_("The seat is empty already."))


def free_letters(taken: Iterable[str]) -> list[str]:
    """Return the letters that no seat of the proposal has; two letters once A to Z are used."""
    used = set(taken)
    for length in (1, 2, 3):
        free = [
            letters
            for letters in map("".join, product(string.ascii_uppercase, repeat=length))
            if letters not in used
        ]
        if free:
            return free
    raise ValueError("a proposal cannot have more than 18,278 seats")
