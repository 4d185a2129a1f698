"""Who may fill the pool, see conflicts and give seats: the officers of the call."""

from app.accounts.actor import Actor
from app.calls import interests
from app.calls import policy as calls
from app.calls.models import Call, CallState
from app.calls.queries import phase
from app.calls.rules import Phase
from app.core.verdict import ALLOWED, Verdict, hidden, refused
from app.core.words import _
from app.reviewers import queries, rules


def may_see_pool(actor: Actor, call: Call) -> Verdict:
    """See who reviews what: the staff of the call."""
    return calls.may_see_desk(actor, call)


def may_fill_pool(actor: Actor, call: Call) -> Verdict:
    return calls.may_run_call(actor, call) and rules.can_fill_pool(phase(call))


def may_set_aside(actor: Actor, call: Call, account_id: str) -> Verdict:
    """Say that a found conflict is none: never about oneself."""
    if actor.id == account_id:
        return refused(_("Somebody else must decide about a conflict of your own."))
    return may_fill_pool(actor, call)


def works_on(actor: Actor, call: Call) -> bool:
    """Whether somebody holds an office that lets them see or decide something of the call."""
    return any(actor.holds(role, call.id) for role in queries.OFFICES)


def may_declare_own(actor: Actor, call: Call) -> Verdict:
    """Declare one's own conflict as staff: whoever works on the call and is not shut out yet."""
    if not works_on(actor, call) or call.state in {CallState.DRAFTING, CallState.ARCHIVED}:
        return hidden("Only the call's staff declare here.")
    return interests.has_none(actor, call)


def may_list_own_interests(actor: Actor) -> Verdict:
    """Open the list of calls one works on, to declare conflicts."""
    if any(actor.holds_anywhere(role) for role in queries.OFFICES):
        return ALLOWED
    return hidden("Only staff declare here.")


@interests.keeps_away
def stays_off_the_desk(actor: Actor, call: Call) -> Verdict:
    """Whether somebody, whatever office they hold in the call, neither applies in it nor has a
    conflict of interest there, found or declared."""
    if queries.applies_in(call.id, actor.id):
        return refused(_("You apply in this call, so its desk is closed to you."))
    if queries.has_conflict(call.id, actor.id):
        return refused(
            _(
                "You have a conflict of interest in this call, so its desk is closed to you. "
                "Others of its staff go on without you."
            )
        )
    return ALLOWED


def may_answer_by_link() -> Verdict:
    """Answer an invitation: whoever holds its link and knows where it was sent."""
    return ALLOWED


def may_offer_oneself(actor: Actor, call: Call) -> Verdict:
    """Offer to review: anybody with a proved address, while the call is open and allows it."""
    if not offers_are_welcome(call):
        return hidden("This call asks nobody to offer themselves.")
    if not actor.confirmed:
        return refused(_("Confirm your address first; the letter with the link is on its way."))
    if works_on(actor, call):
        return refused(_("You work on this call, so you cannot review in it."))
    return ALLOWED


def offers_are_welcome(call: Call) -> bool:
    return phase(call) is Phase.OPEN and queries.terms_of(call.id).self_nomination


def may_assign(actor: Actor, call: Call) -> Verdict:
    """Give and take seats, while the call is assigning or reviewing."""
    return calls.may_run_call(actor, call) and rules.can_assign(phase(call))


def may_see_scores(actor: Actor, call: Call) -> Verdict:
    """See grades: the staff of the call, but who reviews too, not before their own are in."""
    seen = calls.may_see_desk(actor, call)
    if seen and rules.can_assign(phase(call)) and queries.owes_review(call.id, actor.id):
        return refused(_("You still owe a review in this call. Scores are shown once it is in."))
    return seen


def may_decide(actor: Actor, call: Call) -> Verdict:
    """Take part in the decision of a call: nobody with a conflict of interest in it."""
    if queries.has_conflict(call.id, actor.id):
        return refused(_("You have a conflict of interest in this call; others decide it."))
    return ALLOWED
