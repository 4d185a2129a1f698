"""The seam for changes of a person: rooms above say what follows from them."""

from collections.abc import Callable

Follow = Callable[[str], None]
_follows: list[Follow] = []


def when_person_changes(follow: Follow) -> Follow:
    """Register what is done, by account id, when somebody changes who they are or gets a role."""
    _follows.append(follow)
    return follow


def person_changed(account_id: str) -> None:
    for follow in _follows:
        follow(account_id)
