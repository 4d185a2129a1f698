"""Pages of proposals: the applicants' own, and the staff's for eligibility."""

from app.proposals import amended
from app.proposals.routes import (
    answering,
    comments,
    consortium,
    equality,
    exemptions,
    files,
    history,
    members,
    own,
    plans,
    signatory,
    stages,
    submitting,
    writing,
)
from app.proposals.routes.desk import bp as desk
from app.proposals.routes.room import bp as applicants

__all__ = [
    "amended",
    "answering",
    "applicants",
    "comments",
    "consortium",
    "desk",
    "equality",
    "exemptions",
    "files",
    "history",
    "members",
    "own",
    "plans",
    "signatory",
    "stages",
    "submitting",
    "writing",
]
