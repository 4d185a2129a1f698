"""A database as one file at one moment, while others write on, and back."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import URL, text

from app.cli.plainly import UsageProblem
from app.core.db import db

SQLITE, POSTGRESQL = "database.sqlite", "database.pgdump"
# Who was signed out, and what was revoked since, must not come in again. A backup of an earlier
# version may not know the second.
SIGNED_IN = ("sign_in", "api_token")


def address() -> URL:
    return db.engines[None].url


def is_sqlite() -> bool:
    return db.engines[None].dialect.name == "sqlite"


def snapshot(folder: Path) -> Path:
    """Write the database as it is at one moment into `folder`; other work is not held up."""
    if is_sqlite():
        path = folder / SQLITE
        source = sqlite.connect(str(address().database))
        try:
            source.execute("PRAGMA busy_timeout=30000")
            source.execute("VACUUM INTO ?", (str(path),))
        finally:
            source.close()
        return path
    path = folder / POSTGRESQL
    run_postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={path}")
    return path


def head_of(path: Path) -> dict[str, Any]:
    """Return where the ledger of an SQLite snapshot ends, and its schema."""
    connection = sqlite.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return _told(connection)
    finally:
        connection.close()


def _told(connection: Any) -> dict[str, Any]:  # noqa: ANN401 - a DBAPI connection
    (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    log, size, chain, at = connection.execute(
        "SELECT log, size, chain, at FROM ledger_head"
    ).fetchone()
    return {
        "revision": revision,
        "ledger": {"log": log, "size": size, "chain": bytes(chain).hex(), "at": at},
    }


def problem_of(path: Path) -> str:
    """Say what SQLite finds wrong in a database file, or nothing."""
    connection = sqlite.connect(f"file:{path}?mode=ro", uri=True)
    try:
        ((said,), *_) = connection.execute("PRAGMA integrity_check(1)").fetchall()
        if said != "ok":
            return f"its integrity check says: {said}"
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite.DatabaseError as error:
        return f"SQLite cannot read it: {error}"
    finally:
        connection.close()
    return f"a row of {broken[0]} points to nothing" if broken else ""


def is_in_use(path: Path) -> bool:
    """Whether another process holds the SQLite database open; else bring its journal home."""
    connection = sqlite.connect(str(path), timeout=0.5)
    try:
        (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite.OperationalError:
        return True
    finally:
        connection.close()
    return str(mode) != "delete"


def sign_everybody_out(path: Path) -> None:
    """End what was signed in when an SQLite copy was made, and bring its journal home."""
    connection = sqlite.connect(str(path))
    try:
        for table in SIGNED_IN:
            if connection.execute(f"PRAGMA table_info({table})").fetchone():
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own
        connection.commit()
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()


# --- PostgreSQL ----------------------------------------------------------------------------------


def execute(*statements: str) -> None:
    """Run statements on PostgreSQL in one transaction."""
    with db.engines[None].connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
    db.engines[None].dispose()


def sign_everybody_out_here() -> None:
    """End on PostgreSQL what was signed in when the copy was made."""
    execute(
        *(
            f"DO $$ BEGIN IF to_regclass('{table}') IS NOT NULL THEN DELETE FROM {table}; "  # noqa: S608
            "END IF; END $$"
            for table in SIGNED_IN
        )
    )


def others_connected() -> bool:
    """Whether anybody else is connected to our PostgreSQL database."""
    asked = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with db.engines[None].connect() as connection:
        return bool(connection.scalar(text(asked)))


def run_postgresql(name: str, *words: str) -> str:
    """Run pg_dump, pg_restore or psql on our database; the password goes by the environment."""
    url = address()
    found = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    told = {key: value for key, value in found.items() if value}
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's own, with our words
        [_program(name), *words],
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[0]
        raise UsageProblem(f"{name} did not work: {said}")
    return done.stdout


def _program(name: str) -> str:
    """Find a program of PostgreSQL, the newest where there are several."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_version)
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise UsageProblem(
            f"{name} is not installed, and only it can copy a PostgreSQL database. Install "
            "PostgreSQL's client programs (on Debian: postgresql-client)."
        )
    return found


def _version(path: Path) -> int:
    folder = path.parents[1].name
    return int(folder) if folder.isdigit() else 0
