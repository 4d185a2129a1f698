"""What the ledger can say about awards."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class AwardMade(Event):
    number: str
    proposal: str
    amount_minor: int
    currency: str
