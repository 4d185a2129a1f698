"""The one clock: instants are aware and in UTC."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_story: ContextVar[datetime | None] = ContextVar("story", default=None)

NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # in files that tell nobody when they were made


def now() -> datetime:
    """Return the present instant, to the microsecond, in UTC."""
    return _story.get() or datetime.now(UTC)


@contextmanager
def story_at(moment: datetime) -> Iterator[None]:
    """Let what is done inside have happened at `moment`.

    For the fictional past of a demonstration or a seeded world, both refused in production; no
    page, job or other command may use it.
    """
    token = _story.set(moment)
    try:
        yield
    finally:
        _story.reset(token)


def from_text(text: str) -> datetime:
    """Read an ISO 8601 instant with its offset; a naive one raises ValueError."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs its offset from UTC: {text!r}")
    return instant.astimezone(UTC)


def to_text(instant: datetime) -> str:
    """Write an instant as 2026-11-21T12:00:00.000000Z, the form of the ledger."""
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
