"""Pages of proposals: the applicants' own, and the staff's for eligibility."""

from app.proposals.routes.applicants import bp as applicants
from app.proposals.routes.desk import bp as desk

__all__ = ["applicants", "desk"]
