"""The one clock: instants are aware and in UTC."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, to the microsecond, in UTC."""
    return datetime.now(UTC)


def from_text(text: str) -> datetime:
    """Read an ISO 8601 instant with its offset; a naive one raises ValueError."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs its offset from UTC: {text!r}")
    return instant.astimezone(UTC)


def to_text(instant: datetime) -> str:
    """Write an instant as 2026-11-21T12:00:00.000000Z, the form of the ledger."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
