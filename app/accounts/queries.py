"""Reads of accounts. Those of credentials work under the door for signing in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from app.accounts.acting import COLUMNS, actor_from
from app.accounts.actor import Actor
from app.accounts.models import Account, AccountState, ApiToken, Credential, Person, Role, RoleGrant
from app.accounts.rules import email_key
from app.core.db import db, door
from app.core.lens import Door

PEOPLE_PER_PAGE = 50


def confirmed_owner(email: str) -> str | None:
    """Return the account that proved this address, whatever its state."""
    return db.session.scalar(
        select(Person.account_id).where(
            Person.email_key == email_key(email), Person.confirmed_at.is_not(None)
        )
    )


def reachable_at(email: str) -> str | None:
    """Return the open account a letter to this address is for: the proved one, else the newest."""
    return db.session.scalar(
        select(Person.account_id)
        .join(Account, Account.id == Person.account_id)
        .where(Person.email_key == email_key(email), Account.state == AccountState.ACTIVE)
        .order_by(Person.confirmed_at.is_(None), Account.created_at.desc())
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Lock:
    """What a password is held against."""

    account_id: str
    password_hash: str
    second_factor: bool


def locks_of(email: str) -> tuple[Lock | None, Lock | None]:
    """Return what guards the address: of the account that proved it, and of the newest other."""
    rows = db.session.execute(
        select(
            Credential.account_id,
            Credential.password_hash,
            Credential.totp_secret.is_not(None).label("second_factor"),
            Person.confirmed_at,
        )
        .join(Person, Person.account_id == Credential.account_id)
        .join(Account, Account.id == Credential.account_id)
        .where(Person.email_key == email_key(email), Account.state == AccountState.ACTIVE)
        .order_by(Account.created_at.desc())
    ).all()
    proved = next((row for row in rows if row.confirmed_at), None)
    other = next((row for row in rows if not row.confirmed_at), None)
    return tuple(  # type: ignore[return-value]
        row and Lock(row.account_id, row.password_hash, row.second_factor)
        for row in (proved, other)
    )


def lock_of(account_id: str) -> Lock | None:
    """Return what guards this account."""
    row = db.session.execute(
        select(
            Credential.password_hash, Credential.totp_secret.is_not(None).label("second_factor")
        ).where(Credential.account_id == account_id)
    ).one_or_none()
    return None if row is None else Lock(account_id, row.password_hash, row.second_factor)


@dataclass(frozen=True, slots=True)
class Own:
    """What a person reads about themselves."""

    name: str
    email: str
    organisation: str
    country: str
    orcid: str
    zone: str
    confirmed: bool
    second_factor: bool


def own(account_id: str) -> Own:
    row = db.session.execute(
        select(Person, Credential.totp_secret.is_not(None))
        .outerjoin(Credential, Credential.account_id == Person.account_id)
        .where(Person.account_id == account_id)
    ).one()
    person, second_factor = row
    return Own(
        name=person.name,
        email=person.email,
        organisation=person.organisation,
        country=person.country,
        orcid=person.orcid,
        zone=person.zone,
        confirmed=person.confirmed_at is not None,
        second_factor=bool(second_factor),
    )


def actor_of(account_id: str) -> Actor | None:
    """Return somebody with the roles they hold now, for work that goes on without a request of
    theirs; None where they can no longer sign in."""
    return _actor(Person.account_id == account_id)


def actor_at(email: str) -> Actor | None:
    return _actor(Person.email_key == email_key(email))


def _actor(which: ColumnElement[bool]) -> Actor | None:
    rows = db.session.execute(
        select(*COLUMNS)
        .select_from(Person)
        .join(Account, Account.id == Person.account_id)
        .outerjoin(RoleGrant, RoleGrant.account_id == Person.account_id)
        .where(which, Person.confirmed_at.is_not(None), Account.state == AccountState.ACTIVE)
    ).all()
    return actor_from(rows) if rows else None


@dataclass(frozen=True, slots=True)
class Listed:
    """One person as the list of people shows them."""

    account_id: str
    name: str
    email: str
    organisation: str
    country: str
    active: bool
    confirmed: bool
    roles: tuple[tuple[Role, str], ...] = ()


_BY_NAME = (func.lower(Person.name), Person.account_id)


def people(search: str = "", page: int = 1) -> tuple[list[Listed], int]:
    """Return one page of people by name, and how many there are in all. Two queries and a count,
    or in its place the one that looks for words."""
    start = (page - 1) * PEOPLE_PER_PAGE
    asked = (
        select(Person, Account.state)
        .join(Account, Account.id == Person.account_id)
        .order_by(*_BY_NAME)
    )
    if search.strip():
        fitting = _fitting(search.strip().casefold())
        total, shown = len(fitting), fitting[start : start + PEOPLE_PER_PAGE]
        asked = asked.where(Person.account_id.in_(shown))
    else:
        total = db.session.scalar(select(func.count()).select_from(Person)) or 0
        asked = asked.limit(PEOPLE_PER_PAGE).offset(start)
    rows = db.session.execute(asked).all()
    return _with_roles([(person, state) for person, state in rows]), total


def one(account_id: str) -> Listed | None:
    row = db.session.execute(
        select(Person, Account.state)
        .join(Account, Account.id == Person.account_id)
        .where(Person.account_id == account_id)
    ).one_or_none()
    return None if row is None else _with_roles([(row[0], row[1])])[0]


def _fitting(wanted: str) -> list[str]:
    """Look for words in Python: engines fold capitals otherwise, SQLite those of ASCII alone."""
    rows = db.session.execute(
        select(Person.account_id, Person.name, Person.email_key, Person.organisation).order_by(
            *_BY_NAME
        )
    )
    return [row[0] for row in rows if any(wanted in told.casefold() for told in row[1:])]


def _with_roles(rows: list[tuple[Person, AccountState]]) -> list[Listed]:
    grants: dict[str, list[tuple[Role, str]]] = {}
    wanted = [person.account_id for person, _state in rows]
    for grant in db.session.execute(
        select(RoleGrant.account_id, RoleGrant.role, RoleGrant.scope)
        .where(RoleGrant.account_id.in_(wanted))
        .order_by(RoleGrant.role, RoleGrant.scope)
    ):
        grants.setdefault(grant.account_id, []).append((grant.role, grant.scope))
    return [
        Listed(
            account_id=person.account_id,
            name=person.name,
            email=person.email,
            organisation=person.organisation,
            country=person.country,
            active=state is AccountState.ACTIVE,
            confirmed=person.confirmed_at is not None,
            roles=tuple(grants.get(person.account_id, [])),
        )
        for person, state in rows
    ]


def has_password(account_id: str) -> bool:
    """Whether somebody can sign in, or has still to choose a password."""
    with door(Door.SIGN_IN):
        return (
            db.session.scalar(
                select(Credential.account_id).where(Credential.account_id == account_id)
            )
            is not None
        )


def tokens_of(account_id: str) -> Sequence[ApiToken]:
    """Return somebody's tokens, the newest first; works under the door for signing in."""
    return db.session.scalars(
        select(ApiToken)
        .where(ApiToken.account_id == account_id)
        .order_by(ApiToken.made_at.desc(), ApiToken.id)
    ).all()
