"""`flask create-admin`: the first account, from which all others can be made."""

import click

from app.accounts import passwords, rules
from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import Role
from app.accounts.service import enter_with_password, grant_role
from app.cli.plainly import UsageProblem
from app.core.work import unit_of_work


@click.command("create-admin")
@click.option("--email", prompt="E-mail address")
@click.option("--name", prompt="Full name")
@click.option(
    "--password",
    prompt="Password",
    hide_input=True,
    confirmation_prompt=True,
    help="Better typed when asked: what stands on the command line others can read.",
)
def create_admin(email: str, name: str, password: str) -> None:
    """Make an administrator, or make one of a person who is known by the address."""
    verdict = rules.can_be_password(password, about=(name, email))
    if not verdict:
        raise UsageProblem(verdict.reason)
    hashed = passwords.hashed(password)
    with unit_of_work():
        account_id = enter_with_password(SYSTEM_ACTOR, name, email, hashed)
        grant_role(SYSTEM_ACTOR, account_id, Role.ADMINISTRATOR)
    click.echo(f"{email} is an administrator and can sign in.")


COMMANDS = (create_admin,)
