"""Who may take proposals along: the holders of accepted seats, while the call is reviewing."""

from collections.abc import Sequence

from app.accounts.actor import Actor
from app.core.verdict import ALLOWED, Verdict, hidden, refused
from app.core.words import _
from app.reviews import policy as reviews
from app.reviews.rules import Place


def may_work_offline(actor: Actor, places: Sequence[Place]) -> Verdict:
    """Ask for a pack and bring back its form: whoever has something to write in the call."""
    seen = reviews.may_see_own_call(actor, places)
    if seen and not any(reviews.may_write(actor, place) for place in places):
        return refused(
            _("There is nothing to take along: accept a proposal first, while reviewing is open.")
        )
    return seen


def may_fetch(actor: Actor, places: Sequence[Place], seats: int) -> Verdict:
    """Fetch a pack that was made: while each of its proposals may still be read."""
    if len(places) == seats and all(reviews.may_read(actor, place) for place in places):
        return ALLOWED
    return hidden("One of its proposals is not this person's to read any more.")
