"""Reads of the pool, of conflicts and of seats, for the staff who may know who reviews."""

from app.reviewers.queries.conflicts import (
    ConflictRow,
    calls_with_office,
    conflicted_calls,
    conflicts_between,
    conflicts_of,
    entered_before,
    get_conflict,
    known_conflicts,
    noted_conflicts,
    who_applies,
)
from app.reviewers.queries.facts import OFFICES, applied_in, calls_about, judges_of, terms_of
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
    "OFFICES",
    "ConflictRow",
    "PoolRow",
    "SeatRow",
    "applied_in",
    "calls_about",
    "calls_with_office",
    "conflicted_calls",
    "conflicts_between",
    "conflicts_of",
    "entered_before",
    "get_conflict",
    "get_seat",
    "has_conflict",
    "judges_of",
    "known_conflicts",
    "letters_taken",
    "live_seats_of_conflicted",
    "load_of",
    "member",
    "name_of",
    "noted_conflicts",
    "owes_review",
    "pool_of",
    "seat_of_person",
    "seats_of",
    "shown_identity",
    "terms_of",
    "told_lately",
    "who_applies",
]
