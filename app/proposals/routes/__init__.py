"""Pages of proposals: the applicants' own, and the staff's for eligibility."""

from app.proposals.routes import answering, consortium, exemptions, files, own, submitting, writing
from app.proposals.routes.desk import bp as desk
from app.proposals.routes.room import bp as applicants

__all__ = [
    "answering",
    "applicants",
    "consortium",
    "desk",
    "exemptions",
    "files",
    "own",
    "submitting",
    "writing",
]
