"""Reviewers, conflicts and seats as the staff's pages need them: plain values in words."""

from app.reviewers.views.conflicts import conflict_rows, interest_rows
from app.reviewers.views.invitations import answer_chip, invitation_rows, suggestion_rows
from app.reviewers.views.pool import (
    LIST_HEAD,
    Wanted,
    filters,
    list_rows,
    nomination_rows,
    pool_rows,
)
from app.reviewers.views.seats import (
    candidates,
    loads,
    missing,
    overview,
    seat_values,
    what_is_missing,
)
from app.reviewers.views.words import (
    Pair,
    Values,
    conflict_words,
    kind_words,
    load_words,
    seat_chip,
)

__all__ = [
    "LIST_HEAD",
    "Pair",
    "Values",
    "Wanted",
    "answer_chip",
    "candidates",
    "conflict_rows",
    "conflict_words",
    "filters",
    "interest_rows",
    "invitation_rows",
    "kind_words",
    "list_rows",
    "load_words",
    "loads",
    "missing",
    "nomination_rows",
    "overview",
    "pool_rows",
    "seat_chip",
    "seat_values",
    "suggestion_rows",
    "what_is_missing",
]
