"""What the ledger can say about plans: asked for with which seed, made from what, accepted how."""

from dataclasses import dataclass
from typing import Any

from app.ledger.events import Event


@dataclass(frozen=True)
class PlanAsked(Event):
    """The seed is drawn and told before anything is computed."""

    number: int
    seed: str
    wishes: dict[str, Any]


@dataclass(frozen=True)
class PlanMade(Event):
    """The sheet holds the prices that prove its bounds. Sums are in millionths."""

    number: int
    seed: str
    inputs_sha256: str
    sheet_sha256: str
    total: int
    bound_total: int
    worst: int
    bound_worst: int
    empty_seats: int

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.inputs_sha256}", f"sha256:{self.sheet_sha256}")


@dataclass(frozen=True)
class PlanStopped(Event):
    """Somebody ended its computation; nothing of it was kept."""

    number: int


@dataclass(frozen=True)
class PlanFailed(Event):
    number: int
    trouble: str


@dataclass(frozen=True)
class PlanEdited(Event):
    """An officer changed a seat by hand; the cost is in millionths of the total."""

    proposal: str
    cost: int

    def refs(self) -> tuple[str, ...]:
        return (f"proposal:{self.proposal}",)


@dataclass(frozen=True)
class PlanEditsUndone(Event):
    edits: int


@dataclass(frozen=True)
class PlanSetAside(Event):
    number: int


@dataclass(frozen=True)
class PlanAcceptanceAsked(Event):
    """An officer decided for the plan as it stood; a job gives its seats."""

    number: int
    sheet_sha256: str
    edits: int

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.sheet_sha256}",)


@dataclass(frozen=True)
class PlanAcceptanceStopped(Event):
    """Somebody took the decision back before any seat was given."""

    number: int


@dataclass(frozen=True)
class PlanNotGiven(Event):
    """Something had changed since the plan was computed: no seat was given, it waits again."""

    number: int
    reasons: int


@dataclass(frozen=True)
class PlanAccepted(Event):
    number: int
    sheet_sha256: str
    edits: int
    seats: int
    proposals: int

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.sheet_sha256}",)


@dataclass(frozen=True)
class SeatsGiven(Event):
    """Seats of one proposal, given together by an accepted plan."""

    proposal: str
    letters: list[str]
    due: str

    def refs(self) -> tuple[str, ...]:
        return (f"proposal:{self.proposal}",)
