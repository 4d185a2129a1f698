"""The session of the current unit of work, and the ways through it: its connection, a door."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session, SessionTransaction

from app.core.db.scopes import enter
from app.core.lens import Door, Lens
from app.core.work import current_work


class LensSession(FlaskSession):
    """A session that talks through the lens of the current unit of work, or not at all."""

    def get_bind(self, *_args: object, **options: Any) -> Engine | Connection:  # noqa: ANN401
        bind: Engine | Connection | None = options.get("bind")
        return bind or engine_of(current_work().lens)


db = SQLAlchemy(
    session_options={"class_": LensSession, "expire_on_commit": False},
    disable_autonaming=True,
)


def engine_of(lens: Lens) -> Engine:
    """Return the engine whose connections see what `lens` may see."""
    engines = db.engines
    return engines[lens.value] if lens.value in engines else engines[None]


@event.listens_for(Session, "after_begin")
def _look_through(
    _session: Session, transaction: SessionTransaction, connection: Connection
) -> None:
    if connection.dialect.name == "postgresql" and not transaction.nested:
        enter(connection, current_work().lens)


def connection_in_use() -> Connection:
    """Return the connection of the current work; the session looks for it anew at each call."""
    work = current_work()
    if work.connection is None:
        work.connection = db.session.connection()
    return work.connection


@contextmanager
def door(which: Door) -> Iterator[None]:
    """Open one narrow way past the lens, for the statements inside, and close it again.

    Rows read inside must leave as plain values: what the door showed is not to be lazily
    loaded outside it.
    """
    lens = current_work().lens
    if lens is Lens.SYSTEM:
        yield
        return
    session = db.session()
    session.flush()
    connection = connection_in_use()
    enter(connection, which)
    try:
        yield
        session.flush()
    finally:
        enter(connection, lens)


def one_at_a_time(name: str) -> None:
    """Let one transaction at a time past this point, for what `name` stands for.

    SQLite has one writer anyway; PostgreSQL takes an advisory lock until the end of the work.
    """
    if connection_in_use().dialect.name == "postgresql":
        db.session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name}
        )
