"""Counting the SQL statements of a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_HOUSEKEEPING = ("BEGIN", "SET LOCAL", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK TO")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements of all engines; those of transactions and roles stand apart."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401
        if not statement.startswith(_HOUSEKEEPING):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
