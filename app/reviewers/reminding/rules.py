"""When somebody is reminded of what. Pure: days are counted where the call lives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

BEFORE = (1, 2, 7)  # days, for reviews and for drafts
AFTER = (14, 7, 3, 1)  # days, for reviews alone
NOTHING = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """Reviews that somebody owes in one call, or a draft they hold, and when it is due."""

    account_id: str
    call_id: str
    call: str  # its title
    due_at: datetime
    zone: str
    reviews: int  # 0 for a draft
    about: str  # the call, or the proposal of a draft

    @property
    def draft(self) -> bool:
        return not self.reviews


def days_left(due_at: datetime, zone: str, now: datetime) -> int:
    """Return the days from today to the day it is due, in the call's zone; below 0 once late."""
    place = ZoneInfo(zone)
    return (due_at.astimezone(place).date() - now.astimezone(place).date()).days


def stage_of(left: int, *, draft: bool) -> str:
    """Return the latest stage that has come: "before-7", "after-3"; nothing where none has.

    Whoever was not reminded at an earlier stage, for nothing ran that day, gets the latest alone.
    """
    if left < 0:
        if draft:
            return NOTHING
        return next((f"after-{days}" for days in AFTER if -left >= days), NOTHING)
    return next((f"before-{days}" for days in BEFORE if left <= days), NOTHING)


def manual_stage(day: date, number: int) -> str:
    """Return the stage of a reminder that an officer sent."""
    return f"by-hand-{day.isoformat()}-{number}"


def by_person(owed: Sequence[Owed]) -> dict[str, list[Owed]]:
    """Return what each person owes, what is due first before the rest: one letter a person."""
    found: dict[str, list[Owed]] = {}
    for one in sorted(owed, key=lambda one: (one.account_id, one.due_at, one.call)):
        found.setdefault(one.account_id, []).append(one)
    return found
