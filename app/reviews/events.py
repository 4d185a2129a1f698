"""What the ledger can say about reviews. No fact names a person or tells a grade."""

from dataclasses import dataclass

from app.accounts.events import SignedIn, SignedOut
from app.ledger.events import Event, Kinds
from app.proposals.events import DraftSaved, IdentityRead


@dataclass(frozen=True)
class SeatAccepted(Event):
    """The holder said that there is no conflict of interest, and accepted."""


@dataclass(frozen=True)
class SeatDeclined(Event):
    reason: str


@dataclass(frozen=True)
class ConflictDeclared(Event):
    """`after_review` says that a submitted review counts no more; it is kept."""

    kind: str
    after_review: bool = False


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
    """The writer certified once more that there is no conflict; `sent_knowingly` counts words
    that might tell who wrote it and were sent all the same."""

    version: int
    sha256: str
    no_conflict: bool = False
    sent_knowingly: int = 0


@dataclass(frozen=True)
class RecognitionTold(Event):
    """A reviewer of the call said whether they recognised who applied."""


@dataclass(frozen=True)
class OthersRead(Event):
    """The holder of a seat, whose own review is in, read the others' reviews of the proposal."""


@dataclass(frozen=True)
class ReviewImported(Event):
    """A review that was given elsewhere was brought in."""

    version: int
    sha256: str


# Reading, and writing that is not handed in: staff's lists of reviews show nothing of it.
QUIET: Kinds = (
    *(ReviewSaved, ProposalRead, FileRead, OthersRead),
    *(DraftSaved, IdentityRead, SignedIn, SignedOut),
)
# What changes the one seat that it is about, with its review, and leaves it its holder.
OF_ONE_SEAT: Kinds = (SeatAccepted, ReviewSubmitted)
