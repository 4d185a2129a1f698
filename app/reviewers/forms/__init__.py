"""The staff's forms about reviewers."""

from app.reviewers.forms.conflicts import ConflictForm, OwnConflictForm, SetAsideForm
from app.reviewers.forms.inviting import AnswerForm, InviteForm
from app.reviewers.forms.offered import MOST_OFFERED, ButtonForm
from app.reviewers.forms.offering import OfferForm, TermsForm
from app.reviewers.forms.pool import AskForm, ReviewerForm, SheetForm
from app.reviewers.forms.seats import AssignForm

__all__ = [
    "MOST_OFFERED",
    "AnswerForm",
    "AskForm",
    "AssignForm",
    "ButtonForm",
    "ConflictForm",
    "InviteForm",
    "OfferForm",
    "OwnConflictForm",
    "ReviewerForm",
    "SetAsideForm",
    "SheetForm",
    "TermsForm",
]
