"""Migrations under a lock: two processes starting on an empty database must not race."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import alembic.command
import alembic.config
import alembic.migration
import alembic.script
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from flask import current_app

from app.core.db import (
    SCOPE_PRIVILEGES,
    Model,
    column_rules,
    db,
    grants,
    role_of,
    row_rules,
)
from app.core.lens import SCOPES, Lens, May

if TYPE_CHECKING:
    from config import Config

ROOT = Path(__file__).resolve().parents[2]
LOCK_NUMBER = 6_021_023  # any constant of ours: PostgreSQL's advisory lock


def _settings(connection: sa.Connection) -> alembic.config.Config:
    settings = alembic.config.Config(str(ROOT / "alembic.ini"))
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    settings.attributes["connection"] = connection
    return settings


@contextmanager
def _connection() -> Iterator[sa.Connection]:
    engine = sa.create_engine(
        db.engines[None].url, module=db.engines[None].dialect.dbapi, poolclass=sa.NullPool
    )
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def _locked() -> Iterator[sa.Connection]:
    with _connection() as connection:
        if connection.dialect.name == "postgresql":
            with _connection() as other:
                other.execute(sa.text(f"SELECT pg_advisory_lock({LOCK_NUMBER})"))
                yield connection
            return
        config: Config = current_app.extensions["equipoise"]
        with (config.data_dir / "migrate.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.commit()
            yield connection


def upgrade(revision: str = "head") -> None:
    """Bring the schema to `revision`."""
    with _locked() as connection:
        alembic.command.upgrade(_settings(connection), revision)
        connection.commit()


def downgrade(revision: str) -> None:
    with _locked() as connection:
        alembic.command.downgrade(_settings(connection), revision)
        connection.commit()


def current() -> str | None:
    """Return the revision the database is at, None for an empty one."""
    with _connection() as connection:
        return alembic.migration.MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    with _connection() as connection:
        script = alembic.script.ScriptDirectory.from_config(_settings(connection))
        return script.get_current_head()


def draft(message: str, number: str) -> None:
    """Write a new migration from the difference; it is to be read and mended by hand."""
    with _locked() as connection:
        alembic.command.revision(
            _settings(connection), message=message, autogenerate=True, rev_id=number
        )


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out what carries job messages where it lies in the same database: Huey makes it."""
    return kind != "table" or not (name or "").startswith("huey_")


def differences() -> list[str]:
    """Say where database and models disagree: tables, columns, and on PostgreSQL the grants."""
    with _connection() as connection:
        settings = alembic.migration.MigrationContext.configure(
            connection, opts={"include_name": _is_ours}
        )
        found = [str(item) for item in compare_metadata(settings, Model.metadata)]
        if connection.dialect.name == "postgresql":
            found += _grant_differences(connection)
            found += _row_differences(connection)
            found += _column_differences(connection)
        return found


def declared_grants() -> dict[str, dict[str, str]]:
    """Return role -> table -> privileges, as the models declare them."""
    return {
        role_of(scope): {
            table: privileges
            for table, may in sorted(grants(scope).items())
            if (privileges := _of_whole_table(may, some_columns=table in column_rules(scope)))
        }
        for scope in SCOPES
        if scope is not Lens.SYSTEM
    }


def _of_whole_table(may: May, *, some_columns: bool) -> str:
    """Return the privileges on all of a table; reading some columns is granted column by column."""
    return ", ".join(
        name
        for what, name in SCOPE_PRIVILEGES
        if what in may and not (what is May.READ and some_columns)
    )


def _grant_differences(connection: sa.Connection) -> list[str]:
    rows = connection.execute(
        sa.text(
            "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee LIKE 'equipoise\\_%' AND table_schema = current_schema()"
        )
    )
    real = {(role, table, privilege) for role, table, privilege in rows}
    declared = {
        (role, table, privilege)
        for role, tables in declared_grants().items()
        for table, text in tables.items()
        for privilege in text.split(", ")
    }
    return [f"grant missing: {item}" for item in sorted(declared - real)] + [
        f"grant not declared: {item}" for item in sorted(real - declared)
    ]


def _row_differences(connection: sa.Connection) -> list[str]:
    """Compare which roles see some rows of a table only; the conditions are not compared, for
    PostgreSQL writes them in its own words."""
    rows = connection.execute(
        sa.text(
            "SELECT tablename, policyname FROM pg_policies JOIN pg_class ON oid = "
            "(quote_ident(schemaname) || '.' || quote_ident(tablename))::regclass "
            "WHERE relrowsecurity AND permissive = 'RESTRICTIVE' AND schemaname = current_schema()"
        )
    )
    real = {(table, policy) for table, policy in rows}
    declared = {
        (table, f"some_rows_{role_of(scope)}") for scope in SCOPES for table in row_rules(scope)
    }
    return [f"row security missing: {item}" for item in sorted(declared - real)] + [
        f"row security not declared: {item}" for item in sorted(real - declared)
    ]


def _column_differences(connection: sa.Connection) -> list[str]:
    """Compare the columns that roles read of tables they do not read as a whole."""
    rows = connection.execute(
        sa.text(
            "SELECT attacl.grantee::regrole::text, relname, attname FROM pg_attribute"
            " JOIN pg_class ON pg_class.oid = attrelid, aclexplode(pg_attribute.attacl) AS attacl"
            " WHERE relnamespace = current_schema()::regnamespace"
            " AND attacl.privilege_type = 'SELECT'"
        )
    )
    real = {(role.strip('"'), table, column) for role, table, column in rows}
    declared = {
        (role_of(scope), table, column)
        for scope in SCOPES
        for table, columns in column_rules(scope).items()
        for column in columns
    }
    return [f"column not granted: {item}" for item in sorted(declared - real)] + [
        f"column not declared: {item}" for item in sorted(real - declared)
    ]
