"""`flask demo`: fill an empty installation with the fictional world, and print who can sign in."""

import os
import secrets
from pathlib import Path

import click

from app.accounts import passwords
from app.accounts.queries import confirmed_owner
from app.cli.demo.telling import tell_world
from app.cli.demo.world import World, read_world
from app.cli.emptiness import is_empty
from app.cli.plainly import UsageProblem
from app.core.settings import settings
from app.core.work import Mode, unit_of_work

SIGN_INS = "demo-sign-ins.txt"
SEED = 2026


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where there are people or calls.")
@click.option("--password", default="", help="One password for everybody; else one is made up.")
def demo(*, if_empty: bool, password: str) -> None:
    """Add fictional people and twelve calls in every phase, and print the sign-ins.

    Everything is invented and says so on every page. Refused in production.
    """
    if settings().production:
        if if_empty:
            click.echo("No demonstration: this is a production installation.")
            return
        raise UsageProblem("A production installation takes no demonstration.")
    file = settings().data_dir / SIGN_INS
    if not is_empty():
        if not if_empty:
            raise UsageProblem("There are people or calls here already; the demo wants none.")
        if file.exists() and _is_told(read_world()):
            click.echo(f"The demonstration is here already; its sign-ins are in {file}.")
        else:
            click.echo("There are people or calls here already; no demonstration is added.")
        return
    password = password or f"{secrets.token_hex(3)}-{secrets.token_hex(3)}-{secrets.token_hex(3)}"
    world = read_world()
    click.echo("Telling the fictional demonstration …")
    tell_world(world, passwords.hashed(password), seed=SEED)
    said = sign_ins(world, password)
    _keep(file, said)
    click.echo(said)
    click.echo(f"These sign-ins are kept in {file}.")


def _is_told(world: World) -> bool:
    with unit_of_work(mode=Mode.READ):
        return confirmed_owner(world.staff[0].email) is not None


def sign_ins(world: World, password: str) -> str:
    """Return who can sign in, as a table for people."""
    shown = [
        *((figure, " and ".join(figure.roles)) for figure in world.staff),
        *((figure, "applicant") for figure in world.applicants[:4]),
        *((figure, "reviewer") for figure in world.reviewers[:3]),
    ]
    rows = [f"  {role:<14} {figure.email:<40} {figure.name}" for figure, role in shown]
    more = len(world.everybody()) - len(shown)
    return "\n".join(
        [
            "Sign in at /sign-in. Everybody is fictional and has one password:",
            f"  {password}",
            *rows,
            f"  … and {more} more people, all with the same password.",
        ]
    )


def _keep(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")
