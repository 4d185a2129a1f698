"""Tokens for a person's own programs: made, shown once, revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete

from app.accounts import bearing, letters, policy, queries
from app.accounts.actor import Actor
from app.accounts.events import TokenMade, TokenRevoked
from app.accounts.models import ApiToken
from app.accounts.rules import token_hash
from app.accounts.service.about import record_own
from app.core import clock
from app.core.api import TokenScope
from app.core.db import db, door
from app.core.gate import enforce
from app.core.lens import Door
from app.core.verdict import hidden, refused
from app.core.words import _

MOST = 20  # of one person
SHOWN_FOR = timedelta(days=30)  # after it ended, so that its owner sees why a program stopped


@dataclass(frozen=True, slots=True)
class TokenDraft:
    name: str
    scopes: Sequence[TokenScope]
    days: int


def make_token(actor: Actor, draft: TokenDraft) -> str:
    """Make a token and return it: what is stored is its hash, so nobody can show it again."""
    enforce(policy.may_hold_tokens(actor))
    now, token = clock.now(), bearing.new_token()
    with door(Door.SIGN_IN):
        db.session.execute(
            delete(ApiToken).where(
                ApiToken.account_id == actor.id, ApiToken.expires_at < now - SHOWN_FOR
            )
        )
        if len(queries.tokens_of(actor.id)) >= MOST:
            enforce(refused(_("You have %(n)s tokens. Revoke one that you do not need.", n=MOST)))
        db.session.add(
            ApiToken(
                account_id=actor.id,
                name=draft.name,
                token_hash=token_hash(token),
                scopes=[scope.value for scope in draft.scopes],
                made_at=now,
                expires_at=now + timedelta(days=draft.days),
            )
        )
    record_own(actor.id, TokenMade([scope.value for scope in draft.scopes], draft.days))
    letters.ask(actor.id, letters.Kind.TOKEN_MADE)
    return token


def revoke_token(actor: Actor, token_id: str) -> None:
    """Make a token worth nothing from the next request on."""
    enforce(policy.may_hold_tokens(actor))
    with door(Door.SIGN_IN):
        own = ApiToken.id == token_id, ApiToken.account_id == actor.id
        found = db.session.scalar(delete(ApiToken).where(*own).returning(ApiToken.id))
    if found is None:
        enforce(hidden())
    record_own(actor.id, TokenRevoked())
