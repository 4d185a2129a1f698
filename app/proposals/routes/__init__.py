"""Pages of proposals: the applicants' own, and the staff's for eligibility."""

from app.proposals.routes import files, own, submitting, writing
from app.proposals.routes.desk import bp as desk
from app.proposals.routes.room import bp as applicants

__all__ = ["applicants", "desk", "files", "own", "submitting", "writing"]
