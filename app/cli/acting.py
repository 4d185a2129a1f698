"""Who acts when a command does: a person named by address, or whoever runs the installation."""

from dataclasses import replace

from sqlalchemy import ColumnElement, select

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.accounts.models import Account, AccountState, Person, Role, RoleGrant
from app.accounts.rules import email_key
from app.cli.plainly import UsageProblem
from app.core.db import db

# Whoever has a shell on the server may do an officer's work; the ledger says "system".
OPERATOR = replace(SYSTEM_ACTOR, grants=frozenset({(Role.OFFICER, "")}))


def actor_at(email: str) -> Actor:
    """Return the person with this address and the roles they hold."""
    found = _person(Person.email_key == email_key(email))
    if found is None:
        raise UsageProblem(f"Nobody here has the address {email}. Enter the person first.")
    return _actor(found)


def actor_of(account_id: str) -> Actor:
    """Return the person of an account and the roles they hold."""
    found = _person(Person.account_id == account_id)
    if found is None:
        raise UsageProblem("That person cannot act here any more. Name another.")
    return _actor(found)


def _person(which: ColumnElement[bool]) -> Person | None:
    return db.session.scalar(
        select(Person)
        .join(Account, Account.id == Person.account_id)
        .where(
            which,
            Person.confirmed_at.is_not(None),
            Account.state == AccountState.ACTIVE,
        )
    )


def _actor(person: Person) -> Actor:
    held = db.session.execute(
        select(RoleGrant.role, RoleGrant.scope).where(RoleGrant.account_id == person.account_id)
    )
    return Actor(
        id=person.account_id,
        name=person.name,
        email=person.email,
        organisation=person.organisation,
        country=person.country,
        zone=person.zone,
        grants=frozenset((role, scope) for role, scope in held),
    )
