"""What the ledger can say about documents."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class ReportFrozen(Event):
    """What a report says is settled; its proof of this event is printed in it."""

    kind: str
    reference: str
    data_sha256: str

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.data_sha256}",)


@dataclass(frozen=True)
class ReportRendered(Event):
    rendered_sha256: str
    signed_sha256: str


@dataclass(frozen=True)
class AuditPackMade(Event):
    """All that the process of a call left behind, in one file."""

    pack_sha256: str


@dataclass(frozen=True)
class DecisionExported(Event):
    """A decision that is not released was written to files."""

    call: str
    bundle_sha256: str


@dataclass(frozen=True)
class ReportFailed(Event):
    trouble: str


@dataclass(frozen=True)
class ReportStopped(Event):
    """Somebody ended the making of its file; what it says stays settled."""

    kind: str


@dataclass(frozen=True)
class ReportRequeued(Event):
    before: str
