"""What was let count although the dates or rules of a call said otherwise, and why."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.documents.facts.shared import FactsDisagree, require_aware


class ForAllKind(StrEnum):
    GRACE = "grace"
    DEADLINE = "deadline"


class ForOneKind(StrEnum):
    RULE = "rule"
    TIME = "time"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class ForAll:
    """Minutes of grace, or a later deadline (`until`), for everybody.

    `at` is None and `reason` empty where the call was published with it; `reason_kept` says that
    the reason names somebody who applied, so it stays in the ledger.
    """

    kind: ForAllKind
    at: datetime | None
    minutes: int = 0
    until: datetime | None = None
    reason: str = ""
    reason_kept: bool = False

    def __post_init__(self) -> None:
        for instant in (self.at, self.until):
            if instant is not None:
                require_aware(instant, "an exception")


@dataclass(frozen=True, slots=True)
class ForOne:
    """What one proposal was let off on a day; of proposals that are not funded only how many.

    `rule` says in words which rule need not be met, empty for time. Staff write reasons freely,
    and a reason can tell who applied: it is given with the number of a funded proposal alone,
    and not where it names somebody (`reason_kept`).
    """

    kind: ForOneKind
    on: date
    rule: str = ""
    count: int = 1
    number: str = ""
    until: datetime | None = None
    reason: str = ""
    reason_kept: bool = False

    def __post_init__(self) -> None:
        if not self.number and (self.reason or self.reason_kept or self.until):
            raise FactsDisagree("An exception without a number tells more than kind and day.")
        if self.number and self.count != 1:
            raise FactsDisagree(f"An exception of {self.number} is counted {self.count} times.")


@dataclass(frozen=True, slots=True)
class Exceptions:
    """All exceptions of a call; `refused` counts the requests that were not granted."""

    for_all: tuple[ForAll, ...] = ()
    for_one: tuple[ForOne, ...] = ()
    refused: int = 0

    @property
    def named(self) -> tuple[ForOne, ...]:
        return tuple(one for one in self.for_one if one.number)

    @property
    def counted(self) -> tuple[ForOne, ...]:
        return tuple(one for one in self.for_one if not one.number)
