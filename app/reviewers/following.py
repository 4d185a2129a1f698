"""The seam for what follows a conflict that became known: rooms beside register what they do."""

from collections.abc import Callable

from app.calls.models import Call

Step = Callable[[Call], None]
_steps: list[Step] = []


def after_conflicts(step: Step) -> Step:
    """Register what is done in the same work once conflicts of a call may have changed."""
    _steps.append(step)
    return step


def follow(call: Call) -> None:
    for step in _steps:
        step(call)
