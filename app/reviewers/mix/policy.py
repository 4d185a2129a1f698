"""Who may tell something of themselves: whoever reviews."""

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.core.verdict import ALLOWED, Verdict, hidden


def may_tell(actor: Actor) -> Verdict:
    if actor.holds_anywhere(Role.REVIEWER):
        return ALLOWED
    return hidden("Only reviewers are mixed.")
