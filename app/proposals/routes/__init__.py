"""Pages of proposals: the applicants' own, and the staff's for eligibility."""

from app.proposals.routes import (
    answering,
    comments,
    consortium,
    exemptions,
    files,
    history,
    members,
    own,
    signatory,
    submitting,
    writing,
)
from app.proposals.routes.desk import bp as desk
from app.proposals.routes.room import bp as applicants

__all__ = [
    "answering",
    "applicants",
    "comments",
    "consortium",
    "desk",
    "exemptions",
    "files",
    "history",
    "members",
    "own",
    "signatory",
    "submitting",
    "writing",
]
