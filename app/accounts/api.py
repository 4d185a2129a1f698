"""Who a token stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from flask import Blueprint

from app.accounts.models import Role
from app.accounts.policy import may_see_own_profile
from app.accounts.session import signed_in
from app.core.api import Says, TokenScope, bearer, operation
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require

bp = Blueprint("api_accounts", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role, everywhere or for one call or funder."""

    role: Role
    scope: Annotated[str, Says("Id of the call or funder; empty for everywhere.")]


@dataclass(frozen=True, slots=True)
class Me:
    """The owner of the token, and what it may be used for."""

    name: str
    roles: Annotated[Sequence[HeldRole], Says("As they are held at this moment.")]
    scopes: Sequence[TokenScope]
    expires_at: Annotated[datetime, Says("From then on the token is worth nothing.")]


@bp.get("/me")
@operation(Lens.PUBLIC, may_see_own_profile, None, answers=Me)
def show_me() -> Me:
    """Tell whose token this is."""
    actor, held = signed_in(), require(bearer())
    enforce(may_see_own_profile(actor))
    return Me(
        name=actor.name,
        roles=[HeldRole(role, scope) for role, scope in sorted(actor.grants)],
        scopes=sorted(held.scopes),
        expires_at=held.expires_at,
    )
