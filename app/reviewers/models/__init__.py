"""Who could judge, who must not and who does. Who holds a seat stands apart from what is said
in it."""

from app.reviewers.models.conflicts import Conflict, ConflictKind
from app.reviewers.models.pool import STAFF_SIDE, PoolMember, ReviewerKind
from app.reviewers.models.seats import Decline, Seat, SeatHolder, SeatState, ShownIdentity

__all__ = [
    "STAFF_SIDE",
    "Conflict",
    "ConflictKind",
    "Decline",
    "PoolMember",
    "ReviewerKind",
    "Seat",
    "SeatHolder",
    "SeatState",
    "ShownIdentity",
]
