"""To which lens or door a connection is bound."""

from sqlalchemy import Connection

from app.core.lens import Scope

GUARD = "guard"  # in the pool's record of a connection: who watches over it


def enter(connection: Connection, scope: Scope) -> None:
    """Bind the connection to `scope` until the next call or the end of the transaction."""
    connection.info[GUARD].scope = scope
