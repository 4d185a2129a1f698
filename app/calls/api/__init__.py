"""Calls for programs: what everybody reads, and the desks of staff."""

from app.calls.api import desk, public
from app.calls.api.room import CallRow, bp, public_address, row_of

__all__ = ["CallRow", "bp", "desk", "public", "public_address", "row_of"]
