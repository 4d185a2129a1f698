"""The staff's pages of reviewers: the pool, conflicts, and who judges what; and their own
interests."""

from app.reviewers.routes import conflicts, pool, seats
from app.reviewers.routes.interests import bp as interests
from app.reviewers.routes.room import bp

__all__ = ["bp", "conflicts", "interests", "pool", "seats"]
