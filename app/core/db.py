"""The database: one session, one engine per lens, and the types every table uses.

Imported by every models.py. Who may read what is declared beside each table (`__lens__`)
and enforced by the engine itself: see lens.py for the idea and docs/adr/0003 for the reasons.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

import pysqlite3
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from pysqlite3 import dbapi2 as sqlite_driver
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    String,
    Table,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from app.core.ids import ID_LENGTH, new_id
from app.core.lens import EVERYONE, Door, Lens, May, Scope, Sees
from app.core.work import HouseRuleBroken, at_work, current_work

ROLE_PREFIX = "equipoise_"
Json = dict[str, Any]


class UtcDateTime(TypeDecorator[datetime]):
    """An instant; naive input is refused, and SQLite's naive output becomes UTC again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: instants carry their zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(members: type[StrEnum]) -> list[str]:
    return [member.value for member in members]


class Model(DeclarativeBase):
    """A table. Each declares `__lens__`; rows whose change need no ledger entry say so.

    `__ways_in__` names views through which rows are written by one statement, each with its lens.
    """

    __lens__: ClassVar[Sees]
    __ways_in__: ClassVar[Mapping[str, Sees]] = {}
    __recorded__: ClassVar[bool] = True

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        Json: JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
        list[Any]: JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
        StrEnum: Enum(StrEnum, native_enum=False, values_callable=_values, length=32),
    }


class Identified:
    """A primary key that nobody can guess; made by us, so no lens needs to read it back."""

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)

    def __init__(self, **values: object) -> None:
        super().__init__(**{"id": new_id(), **values})


SCOPE_PRIVILEGES = (
    (May.READ, "SELECT"),
    (May.APPEND, "INSERT"),
    (May.CHANGE, "UPDATE"),
    (May.CHANGE, "DELETE"),
)


def grants(scope: Scope) -> dict[str, May]:
    """Return what `scope` may do, table by table, from the declarations of all models."""
    models = [mapper.class_ for mapper in Model.registry.mappers]
    declared = {model.__tablename__: model.__lens__ for model in models}
    for model in models:
        declared |= model.__ways_in__
    return {name: may for name, sees in declared.items() if (may := sees.may(scope))}


def column_rules(scope: Scope) -> dict[str, frozenset[str]]:
    """Return the tables of which `scope` reads some columns only, each with those."""
    return {
        mapper.class_.__tablename__: mapper.class_.__lens__.columns[scope]
        for mapper in Model.registry.mappers
        if scope in mapper.class_.__lens__.columns
    }


def table_of(model: type[Model]) -> Table:
    """Return the table of a model, for statements that need plain rows: they cost a third."""
    return Model.metadata.tables[model.__tablename__]


def role_of(scope: Scope) -> str:
    """Return the PostgreSQL role that stands for a lens or door."""
    return ROLE_PREFIX + scope.value


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


_QUIET = {"hide_parameters": True}  # a failure is logged; names and tokens are not


def database_settings(url: str) -> dict[str, Any]:
    """Return Flask-SQLAlchemy's settings: on SQLite one engine a lens, else one for all."""
    if not url.startswith("sqlite"):
        return {
            "SQLALCHEMY_DATABASE_URI": url,
            "SQLALCHEMY_ENGINE_OPTIONS": {**_QUIET, "pool_size": 8, "max_overflow": 8},
        }
    options = {
        **_QUIET,
        "module": sqlite_driver,
        "connect_args": {"cached_statements": 512, "timeout": 15},
        "pool_size": 8,
        "max_overflow": 24,
    }
    binds = {lens.value: {"url": url, **options} for lens in EVERYONE}
    return {
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": options,
        "SQLALCHEMY_BINDS": binds,
    }


def install_lenses() -> None:
    """Fix each engine's connections to a lens. Called once the app has its engines."""
    for key, engine in db.engines.items():
        if engine.dialect.name == "sqlite":
            lens = Lens(key) if key else Lens.SYSTEM
            event.listen(engine, "connect", _configure_sqlite(lens))
            event.listen(engine, "begin", _begin_sqlite)
            event.listen(engine, "before_cursor_execute", _sign_statement, retval=True)
        else:
            event.listen(engine, "connect", _know_no_role)
            event.listen(engine, "begin", _forget_role)
            event.listen(engine, "before_cursor_execute", _take_role)


def _configure_sqlite(lens: Lens) -> Callable[[Any, ConnectionPoolEntry], None]:
    def configure(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - DBAPI
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "trusted_schema=OFF",
            "cell_size_check=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        record.info[_GUARD] = guard = Guard(lens)
        _narrow(connection, guard)
        connection.set_authorizer(guard.decide)

    return configure


def row_rules(lens: Scope) -> dict[str, str]:
    """Return the tables of which `lens` sees some rows only, each with the condition."""
    return {
        mapper.class_.__tablename__: mapper.class_.__lens__.rows[lens]
        for mapper in Model.registry.mappers
        if lens in mapper.class_.__lens__.rows
    }


def _narrow(connection: Any, guard: "Guard") -> None:  # noqa: ANN401 - DBAPI
    """Put a view of the rows that the lens sees before each table of which it sees some only.

    SQLite finds a temporary view before a table of the same name, and the guard refuses the
    table itself. PostgreSQL has row security for this (its policies stand in the migrations).
    A door sees all rows of what it may read.
    """
    rules = row_rules(guard.scope)
    if not rules:
        return
    connection.create_function(
        "through_a_door", 0, lambda: int(isinstance(guard.scope, Door)), deterministic=False
    )
    for table, condition in rules.items():
        connection.execute(
            f'CREATE TEMP VIEW "{table}" AS SELECT * FROM main."{table}" '  # noqa: S608 - our own
            f"WHERE ({condition}) OR through_a_door()"
        )
    guard.views = frozenset(rules)


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: an upgrade in mid-transaction could fail as busy.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if current_work().writes else "BEGIN")


@event.listens_for(Session, "after_begin")
def _look_through(
    _session: Session, transaction: SessionTransaction, connection: Connection
) -> None:
    if connection.dialect.name == "postgresql" and not transaction.nested:
        _enter(connection, current_work().lens)


def _enter(connection: Connection, scope: Scope) -> None:
    """Bind the connection to `scope` until the next call or the end of the transaction."""
    connection.info[_GUARD].scope = scope


class Role:
    """The scope a PostgreSQL connection is bound to, and that whose role it has taken.

    A role is taken before the first statement that needs it: of two doors opened one after the
    other, or of a lens under which nothing is asked, nothing is sent. No statement passes by.
    """

    __slots__ = ("scope", "taken")

    def __init__(self) -> None:
        self.scope: Scope | None = None  # None outside of a unit of work: migrations, checks
        self.taken: Scope | None = None


def _know_no_role(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_GUARD] = Role()


def _forget_role(connection: Connection) -> None:
    """Begin without a role, for it ended with its transaction; bound to the lens at once, so that
    also a transaction that no session began (after a failed flush) has no role but the lens's."""
    connection.info[_GUARD] = role = Role()
    if at_work():
        role.scope = current_work().lens


def _take_role(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    role: Role = connection.info[_GUARD]
    if statement.startswith("ROLLBACK TO"):
        role.taken = None  # what was set since the savepoint is undone by it
    elif role.scope is not None and role.scope is not role.taken:
        name = "NONE" if role.scope is Lens.SYSTEM else f'"{role_of(role.scope)}"'
        # Not by the cursor of the statement: that may be one of the server, and for it alone.
        driver: Any = connection.connection.driver_connection
        driver.execute(f"SET LOCAL ROLE {name}")
        role.taken = role.scope


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
    _enter(connection, which)
    try:
        yield
        session.flush()
    finally:
        _enter(connection, lens)


# --- SQLite's authorizer -------------------------------------------------------------------

_FREE = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    | {sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT}
)
_NEEDS = {
    sqlite3.SQLITE_READ: May.READ,
    sqlite3.SQLITE_INSERT: May.APPEND,
    sqlite3.SQLITE_UPDATE: May.CHANGE,
    sqlite3.SQLITE_DELETE: May.CHANGE,
}
_GUARD = "guard"  # in the pool's record of a connection


class Guard:
    """Answers SQLite, on one connection, for each table and column of a statement it prepares.

    A prepared statement is kept and not asked about again, so it must never be found by a scope
    it was not prepared for. Each statement therefore ends with its scope in a comment
    (`_sign_statement`): statements are kept by their text, and the texts of two scopes differ.
    """

    __slots__ = ("scope", "views")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.views: frozenset[str] = frozenset()  # tables of which some rows are seen

    def decide(
        self, action: int, what: str | None, value: str | None, base: str | None, by: str | None
    ) -> int:
        if self.scope is Lens.SYSTEM:
            return _rows_alone(action, value)
        if action in _FREE:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and by in self.views:
            return sqlite3.SQLITE_OK  # inside a view of ours, itself asked about by name
        if what in self.views and base == "main":
            return sqlite3.SQLITE_DENY  # the table behind its view
        return sqlite3.SQLITE_OK if self._may(action, what, value) else sqlite3.SQLITE_DENY

    def _may(self, action: int, what: str | None, value: str | None) -> bool:
        needed = _NEEDS.get(action)
        if not needed or needed not in _granted(self.scope).get(what or "", May.NOTHING):
            return False
        shown = _columns(self.scope).get(what or "")
        # A count of rows names no column; whatever else reads names each.
        return needed is not May.READ or shown is None or not value or value in shown


_granted = cache(grants)
_columns = cache(column_rules)


def _rows_alone(action: int, value: str | None) -> int:
    """Allow commands and jobs everything with rows and nothing with the schema and its triggers.

    Migrations have a connection of their own. A pragma may be asked, not set.
    """
    asked = action == sqlite3.SQLITE_PRAGMA and value is None
    rows = action in _FREE or action in _NEEDS
    return sqlite3.SQLITE_OK if rows or asked else sqlite3.SQLITE_DENY


def _sign_statement(
    connection: Connection,
    _cursor: object,
    statement: str,
    parameters: Any,  # noqa: ANN401 - as the driver takes them
    _context: object,
    _many: bool,  # noqa: FBT001 - SQLAlchemy's signature
) -> tuple[str, Any]:
    """End a statement with its scope. Whoever writes such an end into a statement gets two."""
    return f"{statement} /*{connection.info[_GUARD].scope.value}*/", parameters


SMALLEST_SQLITE = (3, 51, 3)  # earlier ones can corrupt a WAL database shared by processes


def check_sqlite() -> None:
    """Refuse to run on an SQLite with the WAL defect."""
    if pysqlite3.sqlite_version_info < SMALLEST_SQLITE:
        raise HouseRuleBroken(f"SQLite {pysqlite3.sqlite_version} is older than 3.51.3")


def one_at_a_time(name: str) -> None:
    """Let one transaction at a time past this point, for what `name` stands for.

    SQLite has one writer anyway; PostgreSQL takes an advisory lock until the end of the work.
    """
    if connection_in_use().dialect.name == "postgresql":
        db.session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name}
        )
