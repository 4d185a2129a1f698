"""What the ledger can say about accounts. Each is about a person's pseudonym, never the person."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class Registered(Event):
    """Somebody made an account for themselves."""


@dataclass(frozen=True)
class PersonEntered(Event):
    """Staff entered a person, who was invited by letter."""


@dataclass(frozen=True)
class AddressConfirmed(Event):
    """The person followed the link in our letter."""


@dataclass(frozen=True)
class SignedIn(Event):
    second_factor: bool


@dataclass(frozen=True)
class SignedOut(Event):
    """The person ended this browser's sign-in."""


@dataclass(frozen=True)
class PasswordSet(Event):
    """The person chose a password; every browser is signed out and every token is revoked."""

    how: str  # "link", "profile" or "command"


@dataclass(frozen=True)
class ProfileChanged(Event):
    fields: list[str]


@dataclass(frozen=True)
class SecondFactorSet(Event):
    """Signing in asks for a code from now on."""


@dataclass(frozen=True)
class SecondFactorRemoved(Event):
    """Signing in asks for no code any more."""


@dataclass(frozen=True)
class TokenMade(Event):
    """The person let a program of theirs act for them: in which scopes, for how long."""

    scopes: list[str]
    days: int


@dataclass(frozen=True)
class TokenRevoked(Event):
    """A program of the person's is not known any more."""


@dataclass(frozen=True)
class RoleGranted(Event):
    role: str
    scope: str


@dataclass(frozen=True)
class RoleRevoked(Event):
    role: str
    scope: str


@dataclass(frozen=True)
class AccountClosed(Event):
    """The person cannot sign in any more; every browser is signed out."""


@dataclass(frozen=True)
class AccountReopened(Event):
    """The person may sign in again."""


@dataclass(frozen=True)
class PersonExported(Event):
    """Everything held about the person was handed out, for them."""

    rows: int


@dataclass(frozen=True)
class PersonErased(Event):
    """Who the person is was forgotten; what they did and what was decided stands without a name."""

    cells: int
    files: int
    reason: str
