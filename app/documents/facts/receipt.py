"""The receipt: proof of what was submitted, and when."""

from dataclasses import dataclass
from datetime import datetime

from app.documents.facts.shared import Call, Issue, Witness, require_aware, require_sha256


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """A question of the form and the SHA-256 of what was answered."""

    question: str
    sha256: str

    def __post_init__(self) -> None:
        require_sha256(self.sha256, f"the answer to “{self.question}”")


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file as it was received: its name, size in bytes and SHA-256."""

    name: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        require_sha256(self.sha256, f"the file “{self.name}”")


@dataclass(frozen=True, slots=True)
class Receipt:
    """`number` is that of the proposal, `version` counts its submissions from 1."""

    issue: Issue
    call: Call
    receipt: str
    number: str
    title: str
    version: int
    received_at: datetime
    deadline: datetime
    answers: tuple[SealedAnswer, ...]
    files: tuple[SealedFile, ...]
    witness: Witness | None = None

    def __post_init__(self) -> None:
        require_aware(self.received_at, "the receipt")
        require_aware(self.deadline, "the deadline")
