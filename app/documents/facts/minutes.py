"""The minutes of a panel: who was in the room for which proposal, and what is recommended."""

from dataclasses import dataclass
from datetime import datetime

from app.core.money import Money
from app.documents.facts.shared import (
    Approval,
    Call,
    FactsDisagree,
    Issue,
    Witness,
    require_aware,
    require_currency,
    require_sha256,
)


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody of the panel, in which office, and whether they came."""

    name: str
    office: str
    came: bool


@dataclass(frozen=True, slots=True)
class Discussed:
    """One item. `recommendation` is follow, award, reserve or decline; `amount` is there where an
    award of another amount than was asked for is recommended; `left` had a conflict of interest."""

    number: str
    note: str
    recommendation: str
    amount: Money | None
    reason: str
    presided: str
    present: tuple[str, ...]
    left: tuple[str, ...]
    away: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.recommendation != "follow" and not self.reason:
            raise FactsDisagree(f"What is recommended for {self.number} has no reason.")
        if set(self.present) & {*self.left, *self.away}:
            raise FactsDisagree(f"Somebody was in the room and not in it for {self.number}.")


@dataclass(frozen=True, slots=True)
class PanelMinutes:
    """`sha256` is of the minutes as they were agreed to; the ledger holds it."""

    issue: Issue
    call: Call
    panel: str
    place: str
    meets_at: datetime
    opened_at: datetime
    closed_at: datetime
    quorum: int
    people: tuple[Seated, ...]
    items: tuple[Discussed, ...]
    approved: tuple[Approval, ...]
    sha256: str
    witness: Witness | None = None

    def __post_init__(self) -> None:
        require_aware(self.meets_at, "the meeting")
        require_sha256(self.sha256, "the minutes")
        amounts = tuple(item.amount for item in self.items if item.amount is not None)
        require_currency(amounts, self.call.currency, "Recommended amounts")
        known = {one.name for one in self.people}
        for item in self.items:
            if unknown := {*item.present, *item.left, *item.away} - known:
                raise FactsDisagree(f"Not of the panel: {', '.join(sorted(unknown))}.")
