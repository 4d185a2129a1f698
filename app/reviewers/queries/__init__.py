"""Reads of the pool, of conflicts and of seats, for the staff who may know who reviews."""

from app.reviewers.queries.conflicts import (
    ConflictRow,
    applied_in,
    conflicts_between,
    conflicts_of,
    judges_of,
    known_conflicts,
)
from app.reviewers.queries.pool import PoolRow, member, name_of, pool_of
from app.reviewers.queries.seats import (
    SeatRow,
    get_seat,
    letters_taken,
    live_seats_of_conflicted,
    load_of,
    seat_of_person,
    seats_of,
    shown_identity,
    told_lately,
)
from app.reviewers.queries.stakes import has_conflict, owes_review

__all__ = [
    "ConflictRow",
    "PoolRow",
    "SeatRow",
    "applied_in",
    "conflicts_between",
    "conflicts_of",
    "get_seat",
    "has_conflict",
    "judges_of",
    "known_conflicts",
    "letters_taken",
    "live_seats_of_conflicted",
    "load_of",
    "member",
    "name_of",
    "owes_review",
    "pool_of",
    "seat_of_person",
    "seats_of",
    "shown_identity",
    "told_lately",
]
