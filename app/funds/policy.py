"""Who may see a contribution with its conditions: the funder whose it is."""

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.core.verdict import ALLOWED, Verdict, hidden
from app.funds.models import Contribution


def may_see_own(actor: Actor, contribution: Contribution) -> Verdict:
    if actor.holds(Role.FUNDER, contribution.funder_id):
        return ALLOWED
    return hidden("Another funder's contribution.")
