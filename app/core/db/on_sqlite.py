"""The lens on SQLite: an authorizer and views on each connection of a lens's own engine."""

import sqlite3
from collections.abc import Callable
from functools import cache
from typing import Any

import pysqlite3
from sqlalchemy import Connection
from sqlalchemy.pool import ConnectionPoolEntry

from app.core.db.declared import column_rules, grants, row_rules
from app.core.db.scopes import GUARD
from app.core.lens import Door, Lens, May, Scope
from app.core.work import HouseRuleBroken, current_work

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
# KiB of pages that a connection keeps: each lens has some in each thread, and what they do not keep
# the system does, once for all of them.
_PAGES_KEPT = 512
SMALLEST_SQLITE = (3, 51, 3)  # earlier ones can corrupt a WAL database shared by processes


class Guard:
    """Answers SQLite, on one connection, for each table and column of a statement it prepares.

    A prepared statement is kept and not asked about again, so it must never be found by a scope
    it was not prepared for. Each statement therefore ends with its scope in a comment
    (`sign_statement`): statements are kept by their text, and the texts of two scopes differ.
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


def sign_statement(
    connection: Connection,
    _cursor: object,
    statement: str,
    parameters: Any,  # noqa: ANN401 - as the driver takes them
    _context: object,
    _many: bool,  # noqa: FBT001 - SQLAlchemy's signature
) -> tuple[str, Any]:
    """End a statement with its scope. Whoever writes such an end into a statement gets two."""
    return f"{statement} /*{connection.info[GUARD].scope.value}*/", parameters


def configure_sqlite(lens: Lens) -> Callable[[Any, ConnectionPoolEntry], None]:
    def configure(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - DBAPI
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "trusted_schema=OFF",
            "cell_size_check=ON",
            f"cache_size=-{_PAGES_KEPT}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        record.info[GUARD] = guard = Guard(lens)
        _narrow(connection, guard)
        connection.set_authorizer(guard.decide)

    return configure


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


def begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: an upgrade in mid-transaction could fail as busy.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if current_work().writes else "BEGIN")


def check_sqlite() -> None:
    """Refuse to run on an SQLite with the WAL defect."""
    if pysqlite3.sqlite_version_info < SMALLEST_SQLITE:
        raise HouseRuleBroken(f"SQLite {pysqlite3.sqlite_version} is older than 3.51.3")
