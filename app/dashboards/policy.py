"""Who may open which first page."""

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.core.verdict import ALLOWED, Verdict, hidden


def may_come_home(actor: Actor) -> Verdict:
    """Anybody signed in has a first page, and one as somebody who applies."""
    return ALLOWED if actor else hidden()


def may_see_reviewers_home(actor: Actor) -> Verdict:
    return _holding(actor, Role.REVIEWER)


def may_see_officers_home(actor: Actor) -> Verdict:
    return _holding(actor, Role.OFFICER)


def may_see_approvers_home(actor: Actor) -> Verdict:
    return _holding(actor, Role.APPROVER)


def _holding(actor: Actor, role: Role) -> Verdict:
    return ALLOWED if actor.holds_anywhere(role) else hidden("The page of another role.")
