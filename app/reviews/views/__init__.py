"""Seats and reviews as pages need them. Days, never hours, are shown across the blind."""

from app.reviews.views.desk import (
    counts_of,
    owed_rows,
    progress_rows,
    recognition_values,
    recognition_words,
    short_of,
)
from app.reviews.views.grades import (
    anchors_by_criterion,
    confidence_words,
    criteria_values,
    other_values,
    scale_values,
    written_values,
)
from app.reviews.views.own_list import overview_rows, own_calls
from app.reviews.views.seat import (
    applicants,
    beside_values,
    has_unsent_changes,
    next_open,
    proposal_values,
    saved_words,
    seat_values,
    summary_of,
    telltale_values,
)

__all__ = [
    "anchors_by_criterion",
    "applicants",
    "beside_values",
    "confidence_words",
    "counts_of",
    "criteria_values",
    "has_unsent_changes",
    "next_open",
    "other_values",
    "overview_rows",
    "owed_rows",
    "own_calls",
    "progress_rows",
    "proposal_values",
    "recognition_values",
    "recognition_words",
    "saved_words",
    "scale_values",
    "seat_values",
    "short_of",
    "summary_of",
    "telltale_values",
    "written_values",
]
