"""What the ledger can say about work with no network. No fact names a person or tells a grade."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class PackAsked(Event):
    proposals: int


@dataclass(frozen=True)
class PackMade(Event):
    sha256: str


@dataclass(frozen=True)
class PackFailed(Event):
    trouble: str


@dataclass(frozen=True)
class PackTaken(Event):
    """The holder of the seats took the blinded proposals along."""

    proposals: list[str]

    def refs(self) -> tuple[str, ...]:
        return tuple(f"proposal:{one}" for one in self.proposals)


@dataclass(frozen=True)
class FormBroughtBack(Event):
    """What was written without a network was taken as drafts."""

    reviews: int
