"""Reviewers, conflicts and seats as the staff's pages need them: plain values in words."""

from app.reviewers.views.conflicts import conflict_rows, interest_rows
from app.reviewers.views.pool import pool_rows
from app.reviewers.views.seats import candidates, missing, overview, seat_values, what_is_missing
from app.reviewers.views.words import (
    Pair,
    Values,
    conflict_words,
    kind_words,
    load_words,
    seat_chip,
)

__all__ = [
    "Pair",
    "Values",
    "candidates",
    "conflict_rows",
    "conflict_words",
    "interest_rows",
    "kind_words",
    "load_words",
    "missing",
    "overview",
    "pool_rows",
    "seat_chip",
    "seat_values",
    "what_is_missing",
]
