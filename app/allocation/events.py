"""What the ledger can say about rankings, allocations and their release."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class RankingMade(Event):
    number: int
    inputs_sha256: str
    result_sha256: str

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.inputs_sha256}", f"sha256:{self.result_sha256}")


@dataclass(frozen=True)
class CalibrationMade(Event):
    ranking: int
    result_sha256: str

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.result_sha256}",)


@dataclass(frozen=True)
class ScenarioTried(Event):
    number: int


@dataclass(frozen=True)
class ScenarioComputed(Event):
    number: int
    trouble: str = ""


@dataclass(frozen=True)
class ScenarioStopped(Event):
    """Somebody ended its computation; nothing of it was kept."""

    number: int


@dataclass(frozen=True)
class ScenarioRemoved(Event):
    number: int


@dataclass(frozen=True)
class DrawCommitted(Event):
    label: str
    commitment: str
    way: str
    source: str

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.commitment}",)


@dataclass(frozen=True)
class DrawPromised(Event):
    label: str
    promise: str


@dataclass(frozen=True)
class DrawValueEntered(Event):
    label: str


@dataclass(frozen=True)
class DrawHeld(Event):
    label: str
    seed: str
    selected: int

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.seed}",)


@dataclass(frozen=True)
class AllocationProposed(Event):
    number: int
    content_sha256: str
    spent_minor: int
    budget_minor: int
    currency: str
    departures: int

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.content_sha256}",)


@dataclass(frozen=True)
class AllocationApproved(Event):
    number: int
    content_sha256: str
    approvals: int
    needed: int


@dataclass(frozen=True)
class DepartureApproved(Event):
    number: int
    content_sha256: str

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.content_sha256}",)


@dataclass(frozen=True)
class ReleaseProposed(Event):
    number: int
    content_sha256: str

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.content_sha256}",)


@dataclass(frozen=True)
class AllocationReturned(Event):
    number: int
    reason: str


@dataclass(frozen=True)
class ResultsReleased(Event):
    number: int
    content_sha256: str
    awards: int
    spent_minor: int
    currency: str

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.content_sha256}",)


@dataclass(frozen=True)
class LetterWritten(Event):
    """What everybody with one kind of outcome will be told."""

    call: str
    decision: str
    subject: str
    body: str
