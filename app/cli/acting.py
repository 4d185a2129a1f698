"""Who acts when a command does: a person named by address, or whoever runs the installation."""

from dataclasses import replace

from app.accounts import queries
from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.accounts.models import Role
from app.cli.plainly import UsageProblem

# Whoever has a shell on the server may do an officer's work; the ledger says "system".
OPERATOR = replace(SYSTEM_ACTOR, grants=frozenset({(Role.OFFICER, "")}))


def actor_at(email: str) -> Actor:
    """Return the person with this address and the roles they hold."""
    found = queries.actor_at(email)
    if found is None:
        raise UsageProblem(f"Nobody here has the address {email}. Enter the person first.")
    return found


def actor_of(account_id: str) -> Actor:
    """Return the person of an account and the roles they hold."""
    found = queries.actor_of(account_id)
    if found is None:
        raise UsageProblem("That person cannot act here any more. Name another.")
    return found
