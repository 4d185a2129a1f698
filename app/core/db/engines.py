"""One engine per lens on SQLite, one for all on PostgreSQL, and what fixes each to its lens."""

from typing import Any

from pysqlite3 import dbapi2 as sqlite_driver
from sqlalchemy import event

from app.core.db.on_postgresql import forget_role, know_no_role, take_role
from app.core.db.on_sqlite import begin_sqlite, configure_sqlite, sign_statement
from app.core.db.session import db
from app.core.lens import EVERYONE, Lens

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
            event.listen(engine, "connect", configure_sqlite(lens))
            event.listen(engine, "begin", begin_sqlite)
            event.listen(engine, "before_cursor_execute", sign_statement, retval=True)
        else:
            event.listen(engine, "connect", know_no_role)
            event.listen(engine, "begin", forget_role)
            event.listen(engine, "before_cursor_execute", take_role)
