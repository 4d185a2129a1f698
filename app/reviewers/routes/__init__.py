"""The staff's pages of reviewers: the pool, conflicts, and who judges what."""

from app.reviewers.routes import conflicts, pool, seats
from app.reviewers.routes.room import bp

__all__ = ["bp", "conflicts", "pool", "seats"]
