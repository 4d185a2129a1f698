"""Pages of documents: the desk's, the applicants' receipts, the funders' and the auditors'."""

from app.documents.routes.auditors import bp as auditors
from app.documents.routes.desk import bp as desk
from app.documents.routes.funders import bp as funders
from app.documents.routes.reviewers import bp as reviewers

__all__ = ["auditors", "desk", "funders", "reviewers"]
