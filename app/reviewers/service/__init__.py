"""What staff do with reviewers: the pool, conflicts, seats. Each function is one use case."""

from app.reviewers.service.conflicts import add_conflict, declare_own, set_aside
from app.reviewers.service.pool import ReviewerDraft, change_reviewer, enter_reviewer
from app.reviewers.service.searching import detect_conflicts
from app.reviewers.service.seats import DAYS_TO_REVIEW, assign, due_of, remove_seat, show_identity

__all__ = [
    "DAYS_TO_REVIEW",
    "ReviewerDraft",
    "add_conflict",
    "assign",
    "change_reviewer",
    "declare_own",
    "detect_conflicts",
    "due_of",
    "enter_reviewer",
    "remove_seat",
    "set_aside",
    "show_identity",
]
