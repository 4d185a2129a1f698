"""What the ledger can say about calls."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class CallCreated(Event):
    code: str


@dataclass(frozen=True)
class CallEdited(Event):
    part: str


@dataclass(frozen=True)
class CallPublished(Event):
    code: str
    rules_sha256: str


@dataclass(frozen=True)
class CallMoved(Event):
    before: str
    after: str


@dataclass(frozen=True)
class DeadlineExtended(Event):
    before: str
    after: str
    reason: str


@dataclass(frozen=True)
class CallImported(Event):
    """A call that was run elsewhere was brought in; `sources` are the files' hashes."""

    code: str
    rules_sha256: str
    sources: dict[str, str]


@dataclass(frozen=True)
class CallExported(Event):
    """A whole call, with who applied and who reviewed, was written to files."""

    code: str


@dataclass(frozen=True)
class CallUnsealed(Event):
    """The call's staff were let know who applies."""

    reason: str


@dataclass(frozen=True)
class GraceSet(Event):
    """How many minutes after the deadline still count was decided."""

    before: int
    after: int
    reason: str


@dataclass(frozen=True)
class CallFileWritten(Event):
    """The rules, form and criteria of a call were handed out as a file; nobody's data is in it."""

    code: str


@dataclass(frozen=True)
class FormPlanned(Event):
    """Staff prepared a change of a published form; nobody else sees it yet."""

    part: str


@dataclass(frozen=True)
class CallAmended(Event):
    """The form or the criteria of a published call changed, and everybody can see what and why."""

    number: int
    reason: str
    before_sha256: str
    after_sha256: str
