"""What staff do with plans. Each function is one use case."""

from app.reviewers.assigning.service.accepting import GIVES, accept, stop_accepting
from app.reviewers.assigning.service.asking import JOB, ask, stop
from app.reviewers.assigning.service.changing import edit, set_aside, standing_of, undo_edits

__all__ = [
    "GIVES",
    "JOB",
    "accept",
    "ask",
    "edit",
    "set_aside",
    "standing_of",
    "stop",
    "stop_accepting",
    "undo_edits",
]
