"""The staff's pages of reviewers: the pool, conflicts, and who judges what; and their own
interests."""

from app.reviewers.routes import conflicts, inviting, lists, pool, seats
from app.reviewers.routes.answering import bp as answering
from app.reviewers.routes.interests import bp as interests
from app.reviewers.routes.offering import bp as offering
from app.reviewers.routes.room import bp

__all__ = [
    "answering",
    "bp",
    "conflicts",
    "interests",
    "inviting",
    "lists",
    "offering",
    "pool",
    "seats",
]
