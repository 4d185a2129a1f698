"""Reviews for programs: one's own seats, blinded as on the pages, and how far a call is."""

from app.reviews.api import desk, reading, writing
from app.reviews.api.room import bp

__all__ = ["bp", "desk", "reading", "writing"]
