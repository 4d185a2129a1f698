"""What each audience can read: declared beside each table, enforced by the database engine.

A lens is fixed by the route before any query runs. A door is a lens of its own, much
narrower, that is opened for one purpose inside another (appending to the ledger, finding
out who is signed in) and closed again at once. Both are the same mechanism: on PostgreSQL a
role with its own GRANTs, on SQLite an authorizer on the connection.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, Flag, StrEnum, auto


class Lens(StrEnum):
    PUBLIC = "public"
    APPLICANT = "applicant"
    REVIEWER = "reviewer"
    PANEL = "panel"  # who sits in the panel of a call, for what they may discuss there
    STAFF = "staff"
    FUNDER = "funder"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SYSTEM = "system"  # commands and jobs; no route may declare it


class Door(StrEnum):
    """Every way past a lens. Adding one is a decision (docs/adr/0003)."""

    LEDGER = "door_ledger"  # append what happened
    SESSION = "door_session"  # who is signed in, and what roles they hold
    SIGN_IN = "door_sign_in"  # credentials of the one person signing in or registering
    OWN_SEATS = "door_own_seats"  # which review seats are mine
    OUTBOX = "door_outbox"  # put a letter to somebody into the outbox
    INTERESTS = "door_interests"  # who applies, to find conflicts where staff may not know it
    INVITATION = "door_invitation"  # answer one invitation to review, by its signed link


Scope = Lens | Door


class May(Flag):
    """What a scope may do with a table. CHANGE is update and delete."""

    NOTHING = 0
    READ = auto()
    APPEND = auto()
    CHANGE = auto()
    ALL = READ | APPEND | CHANGE


class Holds(Enum):
    """The most sensitive thing a table holds (TRUST: the class of its columns)."""

    PUBLIC = "public"
    OWNER = "owner"
    APPLICANT_IDENTITY = "applicant-identity"
    REVIEWER_IDENTITY = "reviewer-identity"
    SCIENCE = "science"
    SCORE = "score"
    DELIBERATION = "deliberation"
    SECRET = "secret"  # noqa: S105 - a class of data


@dataclass(frozen=True, slots=True)
class Sees:
    """A table's declaration: what it holds and which scopes may do what with it.

    `rows` narrows a lens further: the condition, in SQL both engines know, that a row must meet
    to exist for it. It may name the columns of the table and, in sub-queries, other tables.
    `columns` narrows a lens or door to some columns of what it reads: it may count the rows and
    read those, and no statement of its may name another.
    """

    holds: Holds
    read: frozenset[Lens] = frozenset()
    append: frozenset[Lens] = frozenset()
    change: frozenset[Lens] = frozenset()
    doors: Mapping[Door, May] = field(default_factory=dict)
    rows: Mapping[Lens, str] = field(default_factory=dict)
    columns: Mapping[Scope, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for scope in self.columns:
            if May.READ not in self.may(scope):
                raise ValueError(f"only a scope that reads can be shown some columns: {scope}")
        for lens in self.rows:
            if lens not in self.read or lens in self.change | self.append:
                raise ValueError(
                    f"only a lens that reads and no more can be shown some rows: {lens}"
                )

    def may(self, scope: Scope) -> May:
        if scope is Lens.SYSTEM:
            return May.ALL
        if isinstance(scope, Door):
            return self.doors.get(scope, May.NOTHING)
        granted = May.NOTHING
        for lenses, what in ((self.read, May.READ), (self.append, May.APPEND)):
            granted |= what if scope in lenses else May.NOTHING
        return granted | (May.CHANGE if scope in self.change else May.NOTHING)


def sees(
    holds: Holds,
    *,
    read: Iterable[Lens] = (),
    append: Iterable[Lens] = (),
    change: Iterable[Lens] = (),
    doors: Mapping[Door, May] | None = None,
    rows: Mapping[Lens, str] | None = None,
    columns: Mapping[Scope, Iterable[str]] | None = None,
) -> Sees:
    """Declare the lenses of a table, beside its columns, as its `__lens__`."""
    return Sees(
        holds,
        frozenset(read),
        frozenset(append),
        frozenset(change),
        doors or {},
        rows or {},
        {scope: frozenset(names) for scope, names in (columns or {}).items()},
    )


EVERYONE = tuple(lens for lens in Lens if lens is not Lens.SYSTEM)
SCOPES: tuple[Scope, ...] = (*EVERYONE, *Door)
