"""What the ledger can say about reviewers. No record names a person; some facts, which can be
erased, tell why."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class ReviewerEntered(Event):
    kind: str
    most: int


@dataclass(frozen=True)
class ReviewerChanged(Event):
    kind: str
    most: int


@dataclass(frozen=True)
class ReviewersImported(Event):
    """A list of reviewers was taken in; each of them has an event of their own too."""

    people: int


@dataclass(frozen=True)
class TiesImported(Event):
    """A list of whom reviewers work or published with was taken in."""

    pairs: int


@dataclass(frozen=True)
class ConflictsFound(Event):
    """A search of the records found conflicts that were not known."""

    found: int
    seats_closed: int


@dataclass(frozen=True)
class ConflictEntered(Event):
    """Staff entered a conflict."""

    kind: str
    reason: str


@dataclass(frozen=True)
class StaffConflictDeclared(Event):
    """Somebody of the staff declared a conflict; the call's desk is closed to them."""

    kind: str


@dataclass(frozen=True)
class ConflictSetAside(Event):
    """What was found or entered turned out to be no conflict."""

    kind: str
    reason: str


@dataclass(frozen=True)
class SeatGiven(Event):
    proposal: str
    letter: str
    due: str

    def refs(self) -> tuple[str, ...]:
        return (f"proposal:{self.proposal}",)


@dataclass(frozen=True)
class SeatRemoved(Event):
    proposal: str
    letter: str

    def refs(self) -> tuple[str, ...]:
        return (f"proposal:{self.proposal}",)


@dataclass(frozen=True)
class InvitationSent(Event):
    """Somebody was asked to review in a call."""


@dataclass(frozen=True)
class InvitationAnswered(Event):
    answer: str


@dataclass(frozen=True)
class SeatsDeclined(Event):
    """Whoever declined the invitation gave back the seats offered to them."""

    seats: int


@dataclass(frozen=True)
class SuggestionJudged(Event):
    taken: bool


@dataclass(frozen=True)
class TermsSet(Event):
    """What the call says about who reviews."""

    same_country: bool
    self_nomination: bool


@dataclass(frozen=True)
class ReviewerOffered(Event):
    """Somebody offered to review."""


@dataclass(frozen=True)
class NominationJudged(Event):
    taken: bool
