"""Who gets how much from which contribution, by a published rule, in whole minor units."""

from scoring.allocation.entry import (
    Allocation,
    Decision,
    Entry,
    Line,
    Reason,
    Threshold,
    points_of,
    refused_because,
    words,
)
from scoring.allocation.money import convert_minor
from scoring.allocation.rank import allocate_by_rank
from scoring.allocation.sources import (
    Award,
    Contribution,
    Pots,
    largest_remainder,
    split_over_contributions,
)

__all__ = [
    "Allocation",
    "Award",
    "Contribution",
    "Decision",
    "Entry",
    "Line",
    "Pots",
    "Reason",
    "Threshold",
    "allocate_by_rank",
    "convert_minor",
    "largest_remainder",
    "points_of",
    "refused_because",
    "split_over_contributions",
    "words",
]
