"""`flask create-staff`: somebody who works with calls, entered by whoever runs the server."""

import click

from app.accounts import passwords, rules
from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import Role
from app.accounts.service import enter_with_password, grant_role
from app.cli.plainly import UsageProblem
from app.core.work import unit_of_work

STAFF = (Role.OFFICER, Role.APPROVER, Role.FUNDER, Role.AUDITOR)


@click.command("create-staff")
@click.option("--email", prompt="E-mail address")
@click.option("--name", prompt="Full name")
@click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in STAFF]),
    multiple=True,
    required=True,
    help="Once for each role.",
)
@click.option("--scope", default="", help="Id of the one call or funder the role is for.")
@click.option(
    "--password",
    prompt="Password",
    hide_input=True,
    confirmation_prompt=True,
    help="Better typed when asked: what stands on the command line others can read.",
)
def create_staff(email: str, name: str, roles: tuple[str, ...], scope: str, password: str) -> None:
    """Enter a person with roles, or give roles to one who is known by the address."""
    verdict = rules.can_be_password(password, about=(name, email))
    if not verdict:
        raise UsageProblem(verdict.reason)
    hashed = passwords.hashed(password)
    with unit_of_work():
        account_id = enter_with_password(SYSTEM_ACTOR, name, email, hashed)
        for role in roles:
            grant_role(SYSTEM_ACTOR, account_id, Role(role), scope)
    click.echo(f"{email} can sign in as {', '.join(roles)}.")


COMMANDS = (create_staff,)
