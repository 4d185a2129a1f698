"""Who may certify at the end: whoever judged in the call."""

from collections.abc import Sequence

from app.accounts.actor import Actor
from app.core.verdict import Verdict
from app.reviews import policy as reviews
from app.reviews.ending import rules
from app.reviews.rules import Place


def may_certify(actor: Actor, places: Sequence[Place]) -> Verdict:
    return reviews.may_see_own_call(actor, places) and rules.can_certify(places)
