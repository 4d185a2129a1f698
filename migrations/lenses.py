"""Roles and grants, spelled out in each migration: one PostgreSQL role for each lens and door.

SQLite has no roles: there the authorizer of app/core/db.py reads the same declarations.
"""

from collections.abc import Mapping

from alembic import op

Grants = Mapping[str, Mapping[str, str]]  # role -> table -> privileges


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def create_roles(roles: list[str]) -> None:
    """Create the roles where they are missing; they belong to the cluster, not the database."""
    if not _postgresql():
        return
    for role in roles:
        op.execute(
            f"""DO $$ BEGIN CREATE ROLE "{role}" NOLOGIN;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""
        )
        op.execute(
            f"""DO $$ BEGIN EXECUTE format('GRANT "{role}" TO %I', current_user);
            EXCEPTION WHEN unique_violation OR internal_error THEN NULL; END $$"""
        )


def grant(grants: Grants) -> None:
    if not _postgresql():
        return
    for role, tables in grants.items():
        for table, privileges in tables.items():
            op.execute(f'GRANT {privileges} ON "{table}" TO "{role}"')


def revoke(grants: Grants) -> None:
    if not _postgresql():
        return
    for role, tables in grants.items():
        for table, privileges in tables.items():
            op.execute(f'REVOKE {privileges} ON "{table}" FROM "{role}"')
