"""The forms of proposals."""

from app.proposals.forms.consortium import (
    BackgroundForm,
    ConfirmationForm,
    PartnerForm,
    partner_form,
)
from app.proposals.forms.exemptions import AskForm, DecisionForm, GiveTimeForm, ReturnForm
from app.proposals.forms.members import AnswerForm, CommentForm, InviteForm, MemberForm
from app.proposals.forms.signatory import SignatoryForm, SignForm
from app.proposals.forms.starting import StartForm
from app.proposals.forms.writing import (
    ScreeningForm,
    SmallForm,
    SubmitForm,
    UploadForm,
    WritingForm,
    checked,
    collected,
    country_choices,
    form_for,
)

__all__ = [
    "AnswerForm",
    "AskForm",
    "BackgroundForm",
    "CommentForm",
    "ConfirmationForm",
    "DecisionForm",
    "GiveTimeForm",
    "InviteForm",
    "MemberForm",
    "PartnerForm",
    "ReturnForm",
    "ScreeningForm",
    "SignForm",
    "SignatoryForm",
    "SmallForm",
    "StartForm",
    "SubmitForm",
    "UploadForm",
    "WritingForm",
    "checked",
    "collected",
    "country_choices",
    "form_for",
    "partner_form",
]
