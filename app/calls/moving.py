"""The seam for moving a call on: rooms above say what must be done before."""

from collections.abc import Callable

from app.calls.models import Call, CallState

Check = Callable[[Call, CallState], str]
_checks: list[Check] = []


def before_move(check: Check) -> Check:
    """Register a check that returns a sentence when something is missing, else nothing."""
    _checks.append(check)
    return check


def missing(call: Call, to: CallState) -> list[str]:
    """Say what must still be done before the call moves to `to`."""
    return [problem for check in _checks if (problem := check(call, to))]


Follow = Callable[[Call, CallState], None]
_follow: list[Follow] = []


def after_move(follow: Follow) -> Follow:
    """Register what rooms above do, in the same transaction, when a call has moved."""
    _follow.append(follow)
    return follow


def moved(call: Call, to: CallState) -> None:
    for follow in _follow:
        follow(call, to)
