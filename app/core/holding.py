"""Holding rows: what is decided about a row is decided on how it stands, by one at a time."""

from app.core.db import Model, db


def hold(*rows: Model) -> None:
    """Lock the rows until the end of the work and read them again, as they are now.

    Services call it before they look at a state that they are about to change: two people who
    press two buttons at once come one after the other, and the second sees what the first did.
    On SQLite a work that writes has its turn from the beginning, so there is nothing to do.
    """
    if db.session.connection().dialect.name == "postgresql":
        for row in rows:
            db.session.refresh(row, with_for_update=True)
