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
