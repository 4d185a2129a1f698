"""What the ledger can say about contributions and their money."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class ContributionEdited(Event):
    amount_minor: int
    earmarks: int


@dataclass(frozen=True)
class ContributionMoved(Event):
    before: str
    after: str
    on: str
    reason: str = ""


@dataclass(frozen=True)
class MoneyCommitted(Event):
    amount_minor: int
    award: str


@dataclass(frozen=True)
class MoneyPaid(Event):
    amount_minor: int
    award: str
    on: str


@dataclass(frozen=True)
class PotChanged(Event):
    pot: str
