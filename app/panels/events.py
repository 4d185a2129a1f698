"""What the ledger can say about a panel and its meeting."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class PanelPrepared(Event):
    panel: str
    meets_at: str
    quorum: int


@dataclass(frozen=True)
class PanelChanged(Event):
    panel: str
    meets_at: str
    quorum: int


@dataclass(frozen=True)
class PanelDissolved(Event):
    pass


@dataclass(frozen=True)
class MemberAppointed(Event):
    office: str


@dataclass(frozen=True)
class MemberDismissed(Event):
    office: str


@dataclass(frozen=True)
class AgendaSet(Event):
    proposals: int
    by_ranking: bool


@dataclass(frozen=True)
class MeetingOpened(Event):
    here: int


@dataclass(frozen=True)
class AttendanceNoted(Event):
    here: int


@dataclass(frozen=True)
class ItemRead(Event):
    pass


@dataclass(frozen=True)
class PanelFileRead(Event):
    sha256: str


@dataclass(frozen=True)
class PanelConflictDeclared(Event):
    kind: str


@dataclass(frozen=True)
class ItemDecided(Event):
    """What the panel recommends, who was not there, and the hash of all that was noted."""

    recommendation: str
    present: int
    left: int
    sha256: str

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.sha256}",)


@dataclass(frozen=True)
class MeetingClosed(Event):
    items: int


@dataclass(frozen=True)
class MinutesSigned(Event):
    items: int
    sha256: str


@dataclass(frozen=True)
class MinutesApproved(Event):
    sha256: str

    def refs(self) -> tuple[str, ...]:
        return (f"sha256:{self.sha256}",)
