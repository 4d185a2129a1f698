"""Reads of seats and reviews. A reviewer's own seats are found through their one narrow door."""

from app.reviews.queries.desk import (
    SubmittedReview,
    recognition_in,
    scores_in,
    submitted_reviews,
)
from app.reviews.queries.own import (
    Beside,
    Listed,
    ListedCall,
    Opened,
    Other,
    opened,
    others_of,
    own_beside,
    own_in_call,
    own_seat_ids,
    own_seats,
)
from app.reviews.queries.progress import Owed, SeatsOf, owed_in, progress_in
from app.reviews.queries.written import measure_of, standing, working

__all__ = [
    "Beside",
    "Listed",
    "ListedCall",
    "Opened",
    "Other",
    "Owed",
    "SeatsOf",
    "SubmittedReview",
    "measure_of",
    "opened",
    "others_of",
    "owed_in",
    "own_beside",
    "own_in_call",
    "own_seat_ids",
    "own_seats",
    "progress_in",
    "recognition_in",
    "scores_in",
    "standing",
    "submitted_reviews",
    "working",
]
