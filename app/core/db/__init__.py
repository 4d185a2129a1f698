"""The database: one session, one engine per lens, and the types every table uses.

Imported by every models.py. Who may read what is declared beside each table (`__lens__`)
and enforced by the engine itself: see lens.py for the idea and docs/adr/0003 for the reasons.
"""

from app.core.db.declared import (
    ROLE_PREFIX,
    SCOPE_PRIVILEGES,
    column_rules,
    grants,
    role_of,
    row_rules,
)
from app.core.db.engines import database_settings, install_lenses
from app.core.db.on_sqlite import SMALLEST_SQLITE, Guard, check_sqlite
from app.core.db.session import connection_in_use, db, door, engine_of, one_at_a_time
from app.core.db.tables import Identified, Json, Model, UtcDateTime, table_of

__all__ = [
    "ROLE_PREFIX",
    "SCOPE_PRIVILEGES",
    "SMALLEST_SQLITE",
    "Guard",
    "Identified",
    "Json",
    "Model",
    "UtcDateTime",
    "check_sqlite",
    "column_rules",
    "connection_in_use",
    "database_settings",
    "db",
    "door",
    "engine_of",
    "grants",
    "install_lenses",
    "one_at_a_time",
    "role_of",
    "row_rules",
    "table_of",
]
