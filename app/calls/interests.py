"""The seam for interests in a call: rooms above say who must stay away from its desk."""

from collections.abc import Callable

from app.accounts.actor import Actor
from app.calls.models import Call, CallState
from app.core.verdict import ALLOWED, Verdict

Question = Callable[[Actor, Call], Verdict]
_asked: list[Question] = []


def keeps_away(question: Question) -> Question:
    """Register a question that must be answered with ALLOWED before anybody works on a call."""
    _asked.append(question)
    return question


def has_none(actor: Actor, call: Call) -> Verdict:
    """Whether the person has no interest of their own in the call. A draft has no applicants."""
    if call.state is CallState.DRAFTING:
        return ALLOWED
    for question in _asked:
        if not (answer := question(actor, call)):
            return answer
    return ALLOWED
