"""What every page declares before it can exist: its lens and its policy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.core.lens import Lens
from app.core.verdict import Verdict

View = TypeVar("View", bound=Callable[..., Any])
Policy = Callable[..., Verdict]


@dataclass(frozen=True, slots=True)
class Access:
    """`policy` names the rule the page enforces; None is a page open to anyone.

    `recorded` lets a GET append to the ledger (the reading of a blinded thing is an event).
    `prepare` runs after sign-in and before the transaction: slow work that must hold no lock.
    `never_turned_away` is answered however many people are here (app/core/busy.py): what has a
    deadline, and what tells a machine that we live.
    """

    lens: Lens
    policy: str | None
    recorded: bool = False
    prepare: Callable[..., None] | None = None
    never_turned_away: bool = False

    @property
    def open_to_anyone(self) -> bool:
        return self.policy is None


def access(
    lens: Lens,
    policy: Policy | None,
    *,
    recorded: bool = False,
    prepare: Callable[..., None] | None = None,
    never_turned_away: bool = False,
) -> Callable[[View], View]:
    """Declare a view's lens and policy: `@access(Lens.STAFF, policy.may_edit_call)`.

    Raises ValueError for the system lens, which belongs to commands and jobs.
    """
    if lens is Lens.SYSTEM:
        raise ValueError("no page may read through the system lens")
    name = f"{policy.__module__.removeprefix('app.')}.{policy.__name__}" if policy else None

    def declare(view: View) -> View:
        view.access = Access(  # type: ignore[attr-defined]
            lens, name, recorded, prepare, never_turned_away
        )
        return view

    return declare


def anyone(lens: Lens = Lens.PUBLIC, *, never_turned_away: bool = False) -> Callable[[View], View]:
    """Mark a page that anyone may open: the only way round sign-in and `enforce`."""
    return access(lens, None, never_turned_away=never_turned_away)
