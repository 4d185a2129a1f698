"""The forms of the decision desk."""

from app.allocation.forms.award_rule import AwardRuleForm
from app.allocation.forms.deciding import ActForm, ApproveForm, ProposeForm, SendBackForm

__all__ = [
    "ActForm",
    "ApproveForm",
    "AwardRuleForm",
    "ProposeForm",
    "SendBackForm",
]
