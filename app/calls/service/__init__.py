"""What staff do with calls. Each function is one use case, all of it or none."""

from app.calls.service.drafts import (
    CallDraft,
    Conditions,
    ContributionDraft,
    CriterionDraft,
    QuestionDraft,
)
from app.calls.service.editing import (
    add_contribution,
    columns_of,
    create_call,
    edit_award_rule,
    edit_call,
    remove_contribution,
    set_conditions,
)
from app.calls.service.publishing import form_problems_of, problems, publish, rules_of, rules_sha256
from app.calls.service.timing import MOST_GRACE, extend_deadline, move, set_grace

__all__ = [
    "MOST_GRACE",
    "CallDraft",
    "Conditions",
    "ContributionDraft",
    "CriterionDraft",
    "QuestionDraft",
    "add_contribution",
    "columns_of",
    "create_call",
    "edit_award_rule",
    "edit_call",
    "extend_deadline",
    "form_problems_of",
    "move",
    "problems",
    "publish",
    "remove_contribution",
    "rules_of",
    "rules_sha256",
    "set_conditions",
    "set_grace",
]
