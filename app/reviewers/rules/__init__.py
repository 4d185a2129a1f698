"""Who must not judge what, and how many one person may be asked to judge. Pure."""

from app.reviewers.rules.conflicts import Applied, Found, Judge, Known, find_conflicts, name_key
from app.reviewers.rules.organisations import (
    Organisation,
    mail_organisation,
    ror_of,
    same_organisation,
    words_of,
)
from app.reviewers.rules.seats import (
    JUDGED,
    LIVE,
    MOST_LOAD,
    can_assign,
    can_fill_pool,
    can_judge,
    can_remove,
    can_sit,
    can_take_more,
    free_letters,
)

__all__ = [
    "JUDGED",
    "LIVE",
    "MOST_LOAD",
    "Applied",
    "Found",
    "Judge",
    "Known",
    "Organisation",
    "can_assign",
    "can_fill_pool",
    "can_judge",
    "can_remove",
    "can_sit",
    "can_take_more",
    "find_conflicts",
    "free_letters",
    "mail_organisation",
    "name_key",
    "ror_of",
    "same_organisation",
    "words_of",
]
