"""Who is asking: a plain value that every policy takes, whatever table it came from."""

from dataclasses import dataclass, field

from app.accounts.models import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with the roles they hold: pairs of role and scope ("" is everywhere)."""

    id: str
    name: str
    email: str = ""
    organisation: str = ""
    country: str = ""
    zone: str = "UTC"
    confirmed: bool = True  # the address was proved
    grants: frozenset[tuple[Role, str]] = field(default_factory=frozenset)

    def holds(self, role: Role, scope: str = "") -> bool:
        """Whether the person holds `role` everywhere or for `scope`."""
        return (role, "") in self.grants or (bool(scope) and (role, scope) in self.grants)

    def holds_anywhere(self, role: Role) -> bool:
        return any(held is role for held, _ in self.grants)

    def scopes_of(self, role: Role) -> frozenset[str]:
        return frozenset(scope for held, scope in self.grants if held is role)


# Who acts when a command or a job does: it holds no role, and the ledger says "system".
SYSTEM_ACTOR = Actor(id="system", name="Equipoise")
