"""The lens on PostgreSQL: a role for each, taken before the first statement that needs it."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.pool import ConnectionPoolEntry

from app.core.db.declared import role_of
from app.core.db.scopes import GUARD
from app.core.lens import Lens, Scope
from app.core.work import at_work, current_work


class Role:
    """The scope a PostgreSQL connection is bound to, and that whose role it has taken.

    A role is taken before the first statement that needs it: of two doors opened one after the
    other, or of a lens under which nothing is asked, nothing is sent. No statement passes by.
    """

    __slots__ = ("scope", "taken")

    def __init__(self) -> None:
        self.scope: Scope | None = None  # None outside of a unit of work: migrations, checks
        self.taken: Scope | None = None


def know_no_role(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[GUARD] = Role()


def forget_role(connection: Connection) -> None:
    """Begin without a role, for it ended with its transaction; bound to the lens at once, so that
    also a transaction that no session began (after a failed flush) has no role but the lens's."""
    connection.info[GUARD] = role = Role()
    if at_work():
        role.scope = current_work().lens


def take_role(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    role: Role = connection.info[GUARD]
    if statement.startswith("ROLLBACK TO"):
        role.taken = None  # what was set since the savepoint is undone by it
    elif role.scope is not None and role.scope is not role.taken:
        name = "NONE" if role.scope is Lens.SYSTEM else f'"{role_of(role.scope)}"'
        # Not by the cursor of the statement: that may be one of the server, and for it alone.
        driver: Any = connection.connection.driver_connection
        driver.execute(f"SET LOCAL ROLE {name}")
        role.taken = role.scope
