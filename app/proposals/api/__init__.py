"""Proposals for programs: one's own, saved and submitted; and what a call's staff were given."""

from app.proposals.api import desk, drafting, own, submitting
from app.proposals.api.room import bp

__all__ = ["bp", "desk", "drafting", "own", "submitting"]
