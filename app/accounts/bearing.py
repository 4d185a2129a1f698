"""Whose token a program sends: one query a request, with the roles its owner holds just then."""

import logging
import secrets
from datetime import timedelta

from flask import Flask, Response, g
from sqlalchemy import bindparam, select, update

from app.accounts.acting import COLUMNS, actor_from
from app.accounts.models import Account, AccountState, ApiToken, Person, RoleGrant
from app.accounts.rules import token_hash
from app.core import clock, plain
from app.core.api import Bearer, TokenScope
from app.core.db import db, door, table_of
from app.core.lens import Door, Lens
from app.core.work import unit_of_work

log = logging.getLogger(__name__)

BEGINS = "eqp_"  # so that whoever finds one in a file knows what it is
USED_WITHIN = timedelta(hours=1)  # the last use is noted no more often

_person, _grant, _token, _account = map(table_of, (Person, RoleGrant, ApiToken, Account))

_WHO = (
    select(*COLUMNS, _token.c.id, _token.c.scopes, _token.c.used_at, _token.c.expires_at)
    .join(_token, _token.c.account_id == _person.c.account_id)
    .join(_account, _account.c.id == _person.c.account_id)
    .outerjoin(_grant, _grant.c.account_id == _person.c.account_id)
    .where(
        _token.c.token_hash == bindparam("token"),
        _token.c.expires_at > bindparam("now"),
        _account.c.state == AccountState.ACTIVE,
        _person.c.confirmed_at.is_not(None),
    )
)


def new_token() -> str:
    return BEGINS + secrets.token_urlsafe(32)


def bearer_of(token: str) -> Bearer | None:
    """Return whose token this is; None when it is unknown or over, or its owner is gone."""
    now = clock.now()
    with door(Door.SESSION):
        rows = plain.rows(_WHO, {"token": token_hash(token), "now": now})
    if not rows:
        return None
    found = rows[0]
    if found.used_at is None or found.used_at < now - USED_WITHIN:
        g.token_used = found.id
    return Bearer(
        account_id=found.account_id,
        token_id=found.id,
        actor=actor_from(rows),
        scopes=frozenset(map(TokenScope, found.scopes)),
        expires_at=found.expires_at,
    )


def install(app: Flask) -> None:
    app.after_request(_note_use)


def _note_use(response: Response) -> Response:
    """Note that a token was used, in work of its own: also a refused request is a use."""
    used = g.pop("token_used", None)
    if used is None:
        return response
    try:
        with unit_of_work(Lens.PUBLIC), door(Door.SIGN_IN):
            db.session.execute(
                update(ApiToken)
                .where(ApiToken.id == used)
                .values(used_at=clock.now())
                .execution_options(synchronize_session=False)
            )
    except Exception:
        # What was asked for is done; that the hour stands beside the token is worth less.
        log.exception("the use of a token cannot be noted")
    return response
