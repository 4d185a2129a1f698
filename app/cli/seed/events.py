"""What the ledger says of a seeded world that no use case of the product says."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class CoApplicantEntered(Event):
    """A second person was put behind a proposal of a seeded world."""
