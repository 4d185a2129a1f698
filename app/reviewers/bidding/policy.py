"""Who may ask for bids, see how many there are, and give their own."""

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls.models import Call
from app.calls.queries import phase
from app.core import clock
from app.core.verdict import ALLOWED, Verdict, hidden
from app.reviewers.assigning import policy as plans
from app.reviewers.bidding import rules
from app.reviewers.bidding.models import Bidding


def may_see_bidding(actor: Actor, call: Call) -> Verdict:
    """See who has answered: the staff of the call that is not in its pool."""
    return plans.may_see_plans(actor, call)


def may_ask_for_bids(actor: Actor, call: Call) -> Verdict:
    return plans.may_plan(actor, call) and rules.can_open(phase(call))


def may_list_bids(actor: Actor) -> Verdict:
    """Open the list of calls that ask one for bids."""
    if actor.holds_anywhere(Role.REVIEWER):
        return ALLOWED
    return hidden("Only reviewers bid.")


def may_bid(actor: Actor, call: Call, bidding: Bidding) -> Verdict:
    """Give or change one's own bids; that the sheet is one's own is asked when it is read."""
    return may_list_bids(actor) and rules.can_bid(phase(call), bidding.closes_at, clock.now())
