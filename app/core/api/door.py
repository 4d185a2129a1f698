"""The door for programs: who asks is told by a bearer token alone, never by a cookie.

A browser sends no token by itself, so no other site can make somebody's browser ask here, and no
form token is needed. The order of the answers is fixed and looks at nothing behind the door: no
token or a dead one 401, too many requests 429, not in the token's scopes 403.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, g, request

from app.core.api.answering import Operation
from app.core.api.problems import Problem, answer, plain, programs_asked
from app.core.api.scopes import TokenScope
from app.core.limits import count, rate, seconds_left

# Of one account, with all its tokens together.
EACH = rate("600 per 5 minutes")
DUE = rate("120 per 5 minutes")  # what has a deadline: no runaway reader may use it up
REALM = 'Bearer realm="equipoise"'


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose token was sent, and what it may be used for."""

    account_id: str
    token_id: str
    actor: object
    scopes: frozenset[TokenScope]
    expires_at: datetime


WhoBears = Callable[[str], Bearer | None]


def asks_a_program() -> bool:
    """Whether this request came to an address for programs, where no cookie counts."""
    return programs_asked()


def bearer() -> Bearer | None:
    """Return whose token this request carries, once the door has looked at it."""
    found: Bearer | None = g.get("bearer")
    return found


def kept_out(told: Operation, who_bears: WhoBears) -> Response | None:
    """Return why a request does not come in; None lets it in, with its bearer in `bearer()`."""
    header = request.headers.get("Authorization")
    if header is None:
        return None if told.open else _unknown("Send a token: Authorization: Bearer ….")
    kind, _space, token = header.partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        return _unknown("Only bearer tokens are taken here.", "invalid_request")
    found = who_bears(token.strip())
    if found is None:
        return _unknown("The token is unknown, revoked or over.", "invalid_token")
    if (wait := _too_often(told, found)) is not None:
        return plain(429, headers={"Retry-After": str(wait)})
    if told.scope is not None and told.scope not in found.scopes:
        return _too_little(told.scope)
    g.bearer = found
    return None


def _too_often(told: Operation, who: Bearer) -> int | None:
    """Count a request; return for how many seconds its account has to wait, if it has to."""
    limit, kind = (DUE, "api due") if told.due else (EACH, "api")
    if count(limit, kind, who.account_id):
        return None
    return seconds_left(limit, kind, who.account_id)


def _unknown(detail: str, error: str = "") -> Response:
    told = f'{REALM}, error="{error}"' if error else REALM
    return plain(401, detail, {"WWW-Authenticate": told})


def _too_little(scope: TokenScope) -> Response:
    told = f'{REALM}, error="insufficient_scope", scope="{scope.value}"'
    problem = Problem(
        403, f"This token does not have the scope {scope.value}.", kind="insufficient-scope"
    )
    return answer(problem, {"WWW-Authenticate": told})
