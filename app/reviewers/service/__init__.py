"""What staff do with reviewers: the pool, conflicts, seats. Each function is one use case."""

from app.reviewers.service.conflicts import add_conflict, declare_own, set_aside
from app.reviewers.service.inviting import (
    Suggested,
    answer,
    invite,
    take_suggestion,
    turn_down_suggestion,
    unknown_words,
)
from app.reviewers.service.offering import (
    Offer,
    offer_oneself,
    set_terms,
    take_nomination,
    turn_down_nomination,
)
from app.reviewers.service.pool import (
    ReviewerDraft,
    change_reviewer,
    enter_reviewer,
    import_people,
    import_ties,
)
from app.reviewers.service.searching import detect_conflicts, keep_conflicts, look_for_conflicts
from app.reviewers.service.seats import assign, due_of, remove_seat, show_identities, show_identity

__all__ = [
    "Offer",
    "ReviewerDraft",
    "Suggested",
    "add_conflict",
    "answer",
    "assign",
    "change_reviewer",
    "declare_own",
    "detect_conflicts",
    "due_of",
    "enter_reviewer",
    "import_people",
    "import_ties",
    "invite",
    "keep_conflicts",
    "look_for_conflicts",
    "offer_oneself",
    "remove_seat",
    "set_aside",
    "set_terms",
    "show_identities",
    "show_identity",
    "take_nomination",
    "take_suggestion",
    "turn_down_nomination",
    "turn_down_suggestion",
    "unknown_words",
]
