"""People and things for tests, each made by a function that says what it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from app.accounts.actor import Actor
from app.accounts.models import Account, Person, Role, RoleGrant
from app.core import clock
from app.core.db import Model, db
from app.core.work import unit_of_work

_number = count(1)


@contextmanager
def planted() -> Iterator[None]:
    """A unit of work for setting the scene: allowed and recorded by decree."""
    with unit_of_work() as work:
        yield
        work.enforced += 1
        work.recorded += 1


def plant(*things: Model) -> None:
    """Store `things` in this order."""
    with planted():
        for thing in things:
            db.session.add(thing)
            db.session.flush()


def a_person(
    *roles: Role,
    name: str = "",
    email: str = "",
    organisation: str = "Institute of Tests",
    country: str = "NO",
    scope: str = "",
) -> Actor:
    """An account with its person and roles."""
    number = next(_number)
    name = name or f"Person {number}"
    email = email or f"person{number}@example.org"
    account = Account(created_at=clock.now())
    person = Person(
        account_id=account.id,
        name=name,
        email=email,
        email_key=email.casefold(),
        confirmed_at=clock.now(),
        organisation=organisation,
        country=country,
    )
    grants = [RoleGrant(account_id=account.id, role=role, scope=scope) for role in roles]
    plant(account, person, *grants)
    return Actor(
        id=account.id,
        name=name,
        email=email,
        organisation=organisation,
        country=country,
        grants=frozenset((role, scope) for role in roles),
    )


def an_officer() -> Actor:
    return a_person(Role.OFFICER)


def an_approver() -> Actor:
    return a_person(Role.APPROVER)
