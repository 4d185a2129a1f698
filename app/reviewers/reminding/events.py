"""What the ledger can say about reminders."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class RemindersWritten(Event):
    """The day's digests: how many letters, about how many reviews and drafts."""

    day: str
    letters: int


@dataclass(frozen=True)
class ReviewersReminded(Event):
    """An officer wrote to those who owe reviews."""

    letters: int
    message: str


@dataclass(frozen=True)
class RemindersChosen(Event):
    """Somebody asked for reminders, or for none."""

    wanted: bool
