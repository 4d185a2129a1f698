"""How a call gives its money, beyond rank order: as data, as what is wrong with it, as sentences.

Kept with the call (`Call.award_rule`), frozen at publication, and empty for the plain rule. Pure.
"""

from app.calls.award_rule.faults import problems
from app.calls.award_rule.telling import sentences
from app.calls.award_rule.terms import (
    CALL,
    COUNTRY,
    INCOME,
    INSTITUTION,
    LEAD,
    RESERVED,
    SHARES,
    WHOLE,
    AtMost,
    AwardRule,
    Data,
    DrawMode,
    Limit,
    Objective,
    OrderBy,
    Quota,
    from_data,
    to_data,
)
from app.calls.award_rule.wording import (
    at_most_words,
    attribute_words,
    needs_words,
    quota_words,
    whom,
)

__all__ = [
    "CALL",
    "COUNTRY",
    "INCOME",
    "INSTITUTION",
    "LEAD",
    "RESERVED",
    "SHARES",
    "WHOLE",
    "AtMost",
    "AwardRule",
    "Data",
    "DrawMode",
    "Limit",
    "Objective",
    "OrderBy",
    "Quota",
    "at_most_words",
    "attribute_words",
    "from_data",
    "needs_words",
    "problems",
    "quota_words",
    "sentences",
    "to_data",
    "whom",
]
