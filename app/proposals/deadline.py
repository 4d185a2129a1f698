"""The last moment at which one proposal may be changed and handed in. Pure."""

from datetime import datetime, timedelta

from app.calls.models import CallState
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _

MOST_GRACE = 240  # minutes


def last_moment(closes_at: datetime, grace_minutes: int, *own: datetime) -> datetime:
    """Return the call's deadline with its grace, or a later one that is the proposal's own.

    The last moment itself still counts.
    """
    return max([closes_at + timedelta(minutes=grace_minutes), *own])


def in_time(state: CallState, moment: datetime, opens_at: datetime, last: datetime) -> bool:
    """Whether a request stamped at `moment` counts, in a call that people have not moved on."""
    return state is CallState.PUBLISHED and opens_at <= moment <= last


def can_return(state: CallState, until: datetime, now: datetime) -> Verdict:
    """Whether a submitted proposal may be given back to be corrected until `until`."""
    if state is not CallState.PUBLISHED:
        return refused(_("Screening is over; proposals are not returned any more."))
    if until <= now:
        return refused(_("Give the applicants a deadline that is not over yet."))
    return ALLOWED
