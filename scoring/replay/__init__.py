"""A published decision recomputed from its own bundle, by anyone."""

from scoring.replay.bundle import DERIVED, FORMAT, complete, hash_of
from scoring.replay.compare import Difference, differences
from scoring.replay.replay import Replayed, replay

__all__ = [
    "DERIVED",
    "FORMAT",
    "Difference",
    "Replayed",
    "complete",
    "differences",
    "hash_of",
    "replay",
]
