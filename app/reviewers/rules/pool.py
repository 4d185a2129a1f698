"""What can be told of a reviewer, and whether the pool can be changed. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.calls.rules import Phase
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.reviewers.models import ReviewerKind

MOST_LOAD = 100
DAYS_TO_REVIEW = 28  # where the call names no day
LONGEST_STATEMENT = 3_000

_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:/|–|to)\s*(\d{4}-\d{2}-\d{2}))?")


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which somebody cannot review, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first}/{self.last}" if self.last != self.first else f"{self.first}"


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a reviewer across calls."""

    ror: str = ""
    parents: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    cancers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    statement: str = ""
    away: tuple[Away, ...] = field(default=())


def away_of(text: str) -> Away | None:
    """Read 2026-12-20/2027-01-05, or one day; None for anything else."""
    found = _DAYS.fullmatch(text.strip())
    if found is None:
        return None
    try:
        first = date.fromisoformat(found[1])
        last = date.fromisoformat(found[2] or found[1])
    except ValueError:
        return None
    return Away(first, last) if first <= last else None


def is_away(away: Iterable[Away], first: date, last: date) -> bool:
    """Whether somebody is away on more than half of the days from `first` to `last`."""
    days = max((last - first).days + 1, 1)
    gone = {
        day
        for one in away
        for day in (
            max(one.first, first) + timedelta(days=n)
            for n in range((min(one.last, last) - max(one.first, first)).days + 1)
        )
    }
    return 2 * len(gone) > days


def can_fill_pool(phase: Phase) -> Verdict:
    if phase in {Phase.RANKING, Phase.ALLOCATING, Phase.APPROVING, Phase.RELEASED, Phase.ARCHIVED}:
        return refused(_("Reviewing is over; the pool can no longer be changed."))
    return ALLOWED


def can_answer(phase: Phase) -> Verdict:
    """Whether an answer to an invitation can still lead to a review."""
    if can_fill_pool(phase):
        return ALLOWED
    return refused(_("Reviewing is over in this call; it needs no more reviews. Thank you."))


def can_have_mentor(kind: ReviewerKind, mentor_id: str | None, account_id: str) -> Verdict:
    """A mentor goes with somebody early in their career, and is somebody else."""
    if mentor_id is None:
        return ALLOWED
    if kind is not ReviewerKind.EARLY_CAREER:
        return refused(_("Only early-career reviewers have a mentor."))
    if mentor_id == account_id:
        return refused(_("Nobody is their own mentor."))
    return ALLOWED
