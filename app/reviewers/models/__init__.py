"""Who could judge, who must not and who does. Who holds a seat stands apart from what is said
in it."""

from app.reviewers.models.conflicts import (
    STANDS,
    Certified,
    CertifiedWhen,
    Conflict,
    ConflictKind,
    Tie,
    TieSource,
)
from app.reviewers.models.invitations import Answer, ReviewInvitation, Suggestion, SuggestionState
from app.reviewers.models.pool import (
    STAFF_SIDE,
    Helpfulness,
    Nomination,
    NominationState,
    PoolMember,
    ReviewerKind,
    ReviewerProfile,
    ReviewingTerms,
    Unavailability,
)
from app.reviewers.models.seats import Decline, Seat, SeatHolder, SeatState, ShownIdentity

__all__ = [
    "STAFF_SIDE",
    "STANDS",
    "Answer",
    "Certified",
    "CertifiedWhen",
    "Conflict",
    "ConflictKind",
    "Decline",
    "Helpfulness",
    "Nomination",
    "NominationState",
    "PoolMember",
    "ReviewInvitation",
    "ReviewerKind",
    "ReviewerProfile",
    "ReviewingTerms",
    "Seat",
    "SeatHolder",
    "SeatState",
    "ShownIdentity",
    "Suggestion",
    "SuggestionState",
    "Tie",
    "TieSource",
    "Unavailability",
]
