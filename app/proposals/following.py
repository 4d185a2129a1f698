"""The seam for what is handed in: rooms above say what follows when applicants change it."""

from collections.abc import Callable

Follow = Callable[[str, str], None]  # ids of the call and of the proposal
_follows: list[Follow] = []


def when_submitted(follow: Follow) -> Follow:
    """Register what is done whenever a version is submitted. It sees what applicants may see."""
    _follows.append(follow)
    return follow


def submitted(call_id: str, proposal_id: str) -> None:
    for follow in _follows:
        follow(call_id, proposal_id)
