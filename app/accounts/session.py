"""Who is signed in: one query per request, through a door of its own."""

import secrets
from datetime import datetime, timedelta

from flask import g, session
from sqlalchemy import bindparam, delete, select, update

from app.accounts.acting import COLUMNS, actor_from
from app.accounts.actor import Actor
from app.accounts.models import Account, AccountState, ApiToken, Person, RoleGrant, SignIn
from app.accounts.rules import token_hash
from app.core import clock, plain
from app.core.api import asks_a_program, bearer
from app.core.db import db, door, table_of
from app.core.lens import Door
from app.core.settings import settings
from app.core.work import HouseRuleBroken, at_work, current_work

TOKEN = "sign_in"  # noqa: S105 - the name of the cookie's field

_person, _grant, _sign_in, _account = map(table_of, (Person, RoleGrant, SignIn, Account))

# Asked at every request, so built once: building a statement costs more than running it.
_WHO = (
    select(*COLUMNS, _sign_in.c.expires_at)
    .join(_sign_in, _sign_in.c.account_id == _person.c.account_id)
    .join(_account, _account.c.id == _person.c.account_id)
    .outerjoin(_grant, _grant.c.account_id == _person.c.account_id)
    .where(
        _sign_in.c.token_hash == bindparam("token"),
        _sign_in.c.expires_at > bindparam("now"),
        _account.c.state == AccountState.ACTIVE,
    )
)


def signed_in() -> Actor:
    """Return the signed-in person; only for pages that are not open to anyone."""
    actor = visitor()
    if actor is None:
        raise HouseRuleBroken("a page for those signed in was opened by nobody")
    return actor


def visitor() -> Actor | None:
    """Return the signed-in person, looked up once a request, or None.

    A program is known by its token and by no cookie.
    """
    if asks_a_program():
        held = bearer()
        return held.actor if held is not None and isinstance(held.actor, Actor) else None
    if "visitor" not in g:
        token = session.get(TOKEN)
        if isinstance(token, str) and not at_work():
            return None  # an error page outside of any work: nobody can be looked up
        g.visitor = actor_of_token(token) if isinstance(token, str) else None
    found: Actor | None = g.visitor
    return found


def actor_of_token(token: str) -> Actor | None:
    """Return who signed in with `token`; None when it ended or the account was closed."""
    with door(Door.SESSION):
        rows = plain.rows(_WHO, {"token": token_hash(token), "now": clock.now()})
    if not rows:
        return None
    person = rows[0]
    if current_work().writes:
        _prolong(token, person.expires_at)
    return actor_from(rows)


def _prolong(token: str, expires_at: datetime) -> None:
    """Let a sign-in that is used go on, a day at a time; pages that only read leave it alone."""
    whole = timedelta(days=settings().session_days)
    now = clock.now()
    if expires_at < now + whole - timedelta(days=1):
        session.modified = True  # the cookie lasts as long
        with door(Door.SIGN_IN):
            db.session.execute(
                update(SignIn)
                .where(SignIn.token_hash == token_hash(token))
                .values(expires_at=now + whole)
                .execution_options(synchronize_session=False)
            )


def begin(account_id: str) -> None:
    """Sign the browser in: a fresh token, so that one planted before is worth nothing."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with door(Door.SIGN_IN):
        db.session.execute(delete(SignIn).where(SignIn.expires_at < now))
        db.session.add(
            SignIn(
                token_hash=token_hash(token),
                account_id=account_id,
                created_at=now,
                expires_at=now + timedelta(days=settings().session_days),
            )
        )
    session.clear()
    session.permanent = True
    session[TOKEN] = token


def end() -> None:
    """Sign this browser out."""
    token = session.get(TOKEN)
    session.clear()
    if isinstance(token, str):
        with door(Door.SIGN_IN):
            db.session.execute(delete(SignIn).where(SignIn.token_hash == token_hash(token)))


def end_all(account_id: str) -> None:
    """Sign the person out everywhere; their tokens are worth nothing any more either."""
    with door(Door.SIGN_IN):
        db.session.execute(delete(SignIn).where(SignIn.account_id == account_id))
        db.session.execute(delete(ApiToken).where(ApiToken.account_id == account_id))
