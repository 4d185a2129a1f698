"""What the ledger can say about reviews. No fact names a person or tells a grade."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class SeatAccepted(Event):
    """The holder said that there is no conflict of interest, and accepted."""


@dataclass(frozen=True)
class SeatDeclined(Event):
    reason: str


@dataclass(frozen=True)
class ConflictDeclared(Event):
    kind: str


@dataclass(frozen=True)
class ProposalRead(Event):
    """The holder of a seat opened the blinded proposal."""

    proposal: str

    def refs(self) -> tuple[str, ...]:
        return (f"proposal:{self.proposal}",)


@dataclass(frozen=True)
class FileRead(Event):
    """The holder of a seat opened a blinded file."""

    sha256: str


@dataclass(frozen=True)
class ReviewSaved(Event):
    revision: int


@dataclass(frozen=True)
class ReviewSubmitted(Event):
    version: int
    sha256: str


@dataclass(frozen=True)
class ReviewImported(Event):
    """A review that was given elsewhere was brought in."""

    version: int
    sha256: str
