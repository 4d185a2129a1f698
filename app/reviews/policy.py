"""Who may do what with reviews: the holder of the seat, and nobody else."""

from collections.abc import Sequence

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls import policy as calls
from app.calls.models import Call
from app.core.verdict import ALLOWED, Verdict, hidden
from app.reviewers import policy as reviewers
from app.reviews import rules
from app.reviews.rules import Place


def may_list(actor: Actor) -> Verdict:
    """Open the page of one's own reviews."""
    if actor.holds_anywhere(Role.REVIEWER):
        return ALLOWED
    return hidden("Only reviewers have reviews.")


def may_see(actor: Actor, place: Place) -> Verdict:
    """Know that the seat exists: its holder, until a conflict, a removal or the archive."""
    mine = place.holder == actor.id and actor.holds(Role.REVIEWER, place.call_id)
    return ALLOWED if mine and rules.is_there(place) else hidden("Only its holder sees a seat.")


def may_answer(actor: Actor, place: Place) -> Verdict:
    """Accept an invitation."""
    return may_see(actor, place) and rules.can_answer(place)


def may_give_up(actor: Actor, place: Place) -> Verdict:
    """Decline before submitting."""
    return may_see(actor, place) and rules.can_give_up(place)


def may_declare(actor: Actor, place: Place) -> Verdict:
    """Declare a conflict, before and after submitting."""
    return may_see(actor, place) and rules.can_declare(place)


def may_read(actor: Actor, place: Place) -> Verdict:
    """Read the blinded proposal: after accepting, once reviewing begins."""
    return may_see(actor, place) and rules.can_read(place)


def may_write(actor: Actor, place: Place) -> Verdict:
    """Write, submit and change the review, while the call is reviewing."""
    return may_see(actor, place) and rules.can_write(place)


def may_read_others(actor: Actor, place: Place) -> Verdict:
    """Read what others wrote about the same proposal, once one's own review is in."""
    return may_read(actor, place) and rules.can_read_others(place)


def may_see_own_call(actor: Actor, places: Sequence[Place]) -> Verdict:
    """See one's own reviews of a call together: whoever holds a seat there."""
    if any(may_see(actor, place) for place in places):
        return ALLOWED
    return hidden("Only those who review in a call have reviews there.")


def may_see_progress(actor: Actor, call: Call) -> Verdict:
    return calls.may_see_desk(actor, call)


def may_see_scores(actor: Actor, call: Call) -> Verdict:
    return reviewers.may_see_scores(actor, call)
