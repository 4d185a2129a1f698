"""Proposals for programs of those who apply: their own, saving, submitting."""

from app.proposals.api import drafting, own, submitting
from app.proposals.api.room import bp

__all__ = ["bp", "drafting", "own", "submitting"]
