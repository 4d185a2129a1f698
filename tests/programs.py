"""A program that asks the interface with a token, and tokens for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.accounts.bearing import new_token
from app.accounts.models import ApiToken
from app.accounts.rules import token_hash
from app.core import clock
from app.core.api import TokenScope
from tests.browser_client import Browser
from tests.factories import plant

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from app.accounts.actor import Actor
    from app.core.web import EquipoiseApp

ALL = tuple(TokenScope)


def a_token(actor: Actor, *scopes: TokenScope, days: int = 30) -> str:
    """Plant a token of somebody's, past its page; of all scopes where none is named."""
    token, now = new_token(), clock.now()
    plant(
        ApiToken(
            account_id=actor.id,
            name="Of a test",
            token_hash=token_hash(token),
            scopes=[scope.value for scope in scopes or ALL],
            made_at=now,
            expires_at=now + timedelta(days=days),
            used_at=now if days > 0 else None,
        )
    )
    return token


class Program:
    """Asks under `/api/v1` with a token, or with none."""

    def __init__(self, app: EquipoiseApp, token: str = "", prefix: str = "/api/v1") -> None:
        self.client, self.prefix = Browser(app).client, prefix
        self.head = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        head = {**self.head, **options.pop("headers", {})}
        return self.client.open(f"{self.prefix}{path}", method=method, headers=head, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.ask("GET", path, **options)

    def post(self, path: str, body: object = None, **options: Any) -> TestResponse:
        return self.ask("POST", path, json={} if body is None else body, **options)

    def patch(self, path: str, body: object, **options: Any) -> TestResponse:
        return self.ask("PATCH", path, json=body, **options)

    def put(self, path: str, body: object, **options: Any) -> TestResponse:
        return self.ask("PUT", path, json=body, **options)


def a_program(app: EquipoiseApp, actor: Actor, *scopes: TokenScope) -> Program:
    return Program(app, a_token(actor, *scopes))
