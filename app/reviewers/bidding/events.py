"""What the ledger can say about bids: that they are asked for and saved, never what they are."""

from dataclasses import dataclass
from datetime import datetime

from app.ledger.events import Event


@dataclass(frozen=True)
class BiddingOpened(Event):
    closes_at: datetime
    people: int


@dataclass(frozen=True)
class BiddingChanged(Event):
    """The closing day was moved, or people who came later were asked too."""

    closes_at: datetime
    people: int


@dataclass(frozen=True)
class BidsSaved(Event):
    answers: int
