"""What can be done later, and by which function."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.core.db import Json

TRIES = 3
LONGEST_WAIT = timedelta(hours=1)

Handler = Callable[..., None]


class Later(Exception):  # noqa: N818 - it is an answer, not an error
    """Not yet: run the job again after `wait`, without counting this as a try."""

    def __init__(self, wait: timedelta, reason: str = "") -> None:
        super().__init__(reason)
        self.wait = wait


class Hopeless(Exception):  # noqa: N818
    """Trying again cannot help; the text says why."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A handler with what surrounds it; see `handles`."""

    handler: Handler
    prepare: Callable[[Json], Any] | None = None
    gave_up: Callable[[Json, str], None] | None = None
    tries: int = TRIES


_kinds: dict[str, Kind] = {}


def handles(
    name: str,
    *,
    prepare: Callable[[Json], Any] | None = None,
    gave_up: Callable[[Json, str], None] | None = None,
    tries: int = TRIES,
) -> Callable[[Handler], Handler]:
    """Register `handler(payload)` for jobs of the kind `name`.

    It runs in a unit of work of its own under the system lens, and the job is marked done in
    that same transaction: what it does to the database happens once. While it runs on SQLite
    nobody else can write, so slow work belongs into `prepare(payload)`, which runs before it in
    a unit of work that only reads; what it returns is the handler's second argument.
    `gave_up(payload, trouble)` runs in the transaction that marks the job failed.
    """

    def register(handler: Handler) -> Handler:
        _kinds[name] = Kind(handler, prepare, gave_up, tries)
        return handler

    return register


def kind_of(name: str) -> Kind:
    """Return the kind, or raise LookupError: this program is older or newer than the job."""
    if name not in _kinds:
        raise LookupError(f"nothing here handles jobs of the kind {name}")
    return _kinds[name]


def wait_after(attempts: int) -> timedelta:
    """Return the pause after a failed try: 10 s, 30 s, 90 s … up to an hour."""
    return min(timedelta(seconds=10 * 3 ** min(attempts - 1, 9)), LONGEST_WAIT)
