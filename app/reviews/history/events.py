"""What the ledger can say about ratings: that there are some, never what they are."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class HelpfulnessRated(Event):
    """An officer rated how much reviews of a proposal helped."""

    reviews: int
