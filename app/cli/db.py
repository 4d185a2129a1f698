"""`flask db`: bring the schema up, look where it is, and compare it with the models."""

import click

from app.cli.plainly import Finding
from app.core import migrate


@click.group()
def db() -> None:
    """Migrate the database, under a lock."""


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema to the newest revision, or to REVISION."""
    before = migrate.current()
    migrate.upgrade(revision)
    after = migrate.current()
    click.echo(f"The database is at {after}." if before == after else f"Upgraded to {after}.")


@db.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION ("base" is empty)."""
    migrate.downgrade(revision)
    click.echo(f"The database is at {migrate.current() or 'base'}.")


@db.command()
def current() -> None:
    """Say at which revision the database is."""
    at, newest = migrate.current(), migrate.head()
    click.echo(f"{at or 'base'}{' (head)' if at == newest else f', newest is {newest}'}")


@db.command()
def check() -> None:
    """Compare the database with the models: tables, columns, and on PostgreSQL the grants."""
    found = migrate.differences()
    for difference in found:
        click.echo(difference)
    if found:
        raise Finding(f"{len(found)} differences. Run flask db upgrade, or write a migration.")
    click.echo("Database and models agree.")


COMMANDS = (db,)
