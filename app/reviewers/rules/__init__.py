"""Who must not judge what, and how many one person may be asked to judge. Pure."""

from app.reviewers.rules.asking import (
    LONGEST_TEXT,
    PLACEHOLDERS,
    first_letters,
    merged,
    unknown_placeholders,
    usual_text,
)
from app.reviewers.rules.conflicts import Applied, Found, Judge, Known, find_conflicts, name_key
from app.reviewers.rules.organisations import (
    Organisation,
    mail_organisation,
    ror_of,
    same_organisation,
    words_of,
)
from app.reviewers.rules.pool import (
    LONGEST_STATEMENT,
    MOST_LOAD,
    Away,
    Profile,
    away_of,
    can_fill_pool,
    can_have_mentor,
)
from app.reviewers.rules.seats import (
    JUDGED,
    LIVE,
    can_assign,
    can_judge,
    can_remove,
    can_sit,
    can_take_more,
    free_letters,
)

__all__ = [
    "JUDGED",
    "LIVE",
    "LONGEST_STATEMENT",
    "LONGEST_TEXT",
    "MOST_LOAD",
    "PLACEHOLDERS",
    "Applied",
    "Away",
    "Found",
    "Judge",
    "Known",
    "Organisation",
    "Profile",
    "away_of",
    "can_assign",
    "can_fill_pool",
    "can_have_mentor",
    "can_judge",
    "can_remove",
    "can_sit",
    "can_take_more",
    "find_conflicts",
    "first_letters",
    "free_letters",
    "mail_organisation",
    "merged",
    "name_key",
    "ror_of",
    "same_organisation",
    "unknown_placeholders",
    "usual_text",
    "words_of",
]
