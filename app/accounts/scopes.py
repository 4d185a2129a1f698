"""What a role can be limited to: calls and funders, named by the rooms above that know them."""

from collections.abc import Callable

from app.accounts.models import Role
from app.core.words import _, lazy

Pairs = list[tuple[str, str]]  # id and title

TITLES = {
    Role.OFFICER: lazy("Officer"),
    Role.APPROVER: lazy("Approver"),
    Role.FUNDER: lazy("Funder"),
    Role.AUDITOR: lazy("Auditor"),
    Role.ADMINISTRATOR: lazy("Administrator"),
    Role.REVIEWER: lazy("Reviewer"),
}
_offered: dict[Role, Callable[[], Pairs]] = {}


def offer(role: Role, scopes: Callable[[], Pairs]) -> None:
    """Let `role` be granted for each of `scopes()` as well as everywhere."""
    _offered[role] = scopes


def title_of(role: Role) -> str:
    return str(TITLES[role])


def choices() -> Pairs:
    """Return every role as it can be granted: `role:scope` and words for it."""
    offered = {scopes: scopes() for scopes in _offered.values()}  # each asked once
    found = []
    for role, title in TITLES.items():
        found.append((f"{role}:", str(title)))
        found += [
            (f"{role}:{scope}", _("%(role)s for %(what)s", role=title, what=name))
            for scope, name in (offered[_offered[role]] if role in _offered else [])
        ]
    return found
