"""The staff's forms about reviewers."""

from app.reviewers.forms.conflicts import ConflictForm, OwnConflictForm, SetAsideForm
from app.reviewers.forms.offered import ButtonForm
from app.reviewers.forms.pool import AskForm, ReviewerForm
from app.reviewers.forms.seats import AssignForm

__all__ = [
    "AskForm",
    "AssignForm",
    "ButtonForm",
    "ConflictForm",
    "OwnConflictForm",
    "ReviewerForm",
    "SetAsideForm",
]
