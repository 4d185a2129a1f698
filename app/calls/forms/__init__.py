"""The forms of calls: shape and words, then a draft for the service."""

from app.calls.forms.acts import AmendForm, ExtensionForm, GraceForm, MoveForm, UnsealForm
from app.calls.forms.beginning import BeginForm, BeginFromFileForm, CloneForm
from app.calls.forms.call import CallForm
from app.calls.forms.conditions import ConditionsForm
from app.calls.forms.criteria import CriterionForm
from app.calls.forms.fields import WALL
from app.calls.forms.money import ContributionForm
from app.calls.forms.questions import QuestionForm, SectionForm

__all__ = [
    "WALL",
    "AmendForm",
    "BeginForm",
    "BeginFromFileForm",
    "CallForm",
    "CloneForm",
    "ConditionsForm",
    "ContributionForm",
    "CriterionForm",
    "ExtensionForm",
    "GraceForm",
    "MoveForm",
    "QuestionForm",
    "SectionForm",
    "UnsealForm",
]
