"""Roles and grants, spelled out in each migration: one PostgreSQL role for each lens and door.

SQLite has no roles: there the authorizer of app/core/db/ reads the same declarations.
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


Columns = Mapping[tuple[str, str], tuple[str, ...]]  # table and role -> the columns it reads


def see_columns(columns: Columns) -> None:
    """Let a role read some columns of a table; what it read of the whole is revoked apart."""
    if not _postgresql():
        return
    for (table, role), names in columns.items():
        op.execute(f'GRANT SELECT ({", ".join(names)}) ON "{table}" TO "{role}"')


def see_no_columns(columns: Columns) -> None:
    """Undo `see_columns`."""
    if not _postgresql():
        return
    for (table, role), names in columns.items():
        listed = ", ".join(names)
        op.execute(f'REVOKE SELECT ({listed}) ON "{table}" FROM "{role}"')  # noqa: S608 - our own


Rows = Mapping[tuple[str, str], str]  # table and role -> the condition of the rows it sees


def see_rows(rows: Rows) -> None:
    """Let a role see some rows of a table only; every other role sees them all, as granted."""
    if not _postgresql():
        return
    for table in dict.fromkeys(table for table, _role in rows):
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY everybody ON "{table}" USING (true) WITH CHECK (true)')
    for (table, role), condition in rows.items():
        op.execute(
            f'CREATE POLICY "some_rows_{role}" ON "{table}" AS RESTRICTIVE FOR SELECT '
            f'TO "{role}" USING ({condition})'
        )


def see_all_rows(rows: Rows) -> None:
    """Undo `see_rows`."""
    if not _postgresql():
        return
    for table, role in rows:
        op.execute(f'DROP POLICY "some_rows_{role}" ON "{table}"')
    for table in dict.fromkeys(table for table, _role in rows):
        op.execute(f'DROP POLICY everybody ON "{table}"')
        op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
