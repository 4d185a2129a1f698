"""What the ledger can say about the end of reviewing."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class CertifiedAtEnd(Event):
    """Having judged all, a reviewer said once more that they know of no conflict of interest."""

    reviews: int


@dataclass(frozen=True)
class ConflictDeclaredLate(Event):
    """A conflict was declared after the review was submitted: it counts no more, and is kept."""

    kind: str
