"""Somebody as an actor: the columns that are read, and what their rows make, one for each role."""

from collections.abc import Sequence
from typing import Any

from app.accounts.actor import Actor
from app.accounts.models import Person, RoleGrant
from app.core.db import table_of

_person, _grant = map(table_of, (Person, RoleGrant))

COLUMNS = (
    _person.c.account_id,
    _person.c.name,
    _person.c.email,
    _person.c.organisation,
    _person.c.country,
    _person.c.zone,
    _person.c.confirmed_at,
    _grant.c.role,
    _grant.c.scope,
)


def actor_from(rows: Sequence[Any]) -> Actor:
    """Return the actor of rows with `COLUMNS`: one for each role, or one without."""
    person = rows[0]
    return Actor(
        id=person.account_id,
        name=person.name,
        email=person.email,
        organisation=person.organisation,
        country=person.country,
        zone=person.zone,
        confirmed=person.confirmed_at is not None,
        grants=frozenset((row.role, row.scope) for row in rows if row.role),
    )
