"""When somebody can certify at the end, and what still counts as in time. Pure."""

from collections.abc import Sequence
from datetime import datetime

from app.calls.rules import Phase
from app.core.verdict import ALLOWED, Verdict, hidden, refused
from app.core.words import _
from app.reviewers.models import SeatState
from app.reviews.rules import Place

CERTIFYING = frozenset({Phase.REVIEWING, Phase.RANKING})


def is_in_time(arrived: datetime, closed: datetime | None) -> bool:
    """Whether a request arrived before reviewing closed; the instant itself still counts."""
    return closed is not None and arrived <= closed


def has_judged_all(places: Sequence[Place]) -> bool:
    """Whether somebody has submitted something in a call and owes nothing there."""
    states = {place.state for place in places}
    return states == {SeatState.SUBMITTED}


def can_certify(places: Sequence[Place]) -> Verdict:
    """Whether somebody may say for all they judged that they know of no conflict."""
    if not places or places[0].phase not in CERTIFYING:
        return hidden("It is asked while and just after reviewing.")
    if not has_judged_all(places):
        return refused(_("This is asked once all your reviews of the call are in."))
    return ALLOWED
