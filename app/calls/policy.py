"""Who may do what with calls."""

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls import interests
from app.calls.models import Call, CallState
from app.core.verdict import ALLOWED, Verdict, hidden, refused
from app.core.words import _

STAFF_ROLES = (Role.OFFICER, Role.APPROVER)


def may_list_calls(actor: Actor) -> Verdict:
    """Open the desk with the calls one works on."""
    if any(actor.holds_anywhere(role) for role in STAFF_ROLES):
        return ALLOWED
    return hidden("Only staff see the desk.")


def may_create_call(actor: Actor) -> Verdict:
    if actor.holds(Role.OFFICER):
        return ALLOWED
    if actor.holds_anywhere(Role.OFFICER):
        return refused(
            _("You are an officer of particular calls. Ask for the office of all calls.")
        )
    return hidden("Only officers create calls.")


def may_see_desk(actor: Actor, call: Call) -> Verdict:
    """See a call from the staff's side: its staff, as far as they have no interest in it."""
    if is_staff(actor, call):
        return interests.has_none(actor, call)
    return hidden("Only the call's staff see its desk.")


def is_staff(actor: Actor, call: Call) -> bool:
    return any(actor.holds(role, call.id) for role in STAFF_ROLES)


def may_run_call(actor: Actor, call: Call) -> Verdict:
    """Change a call, screen, assign, rank, propose: the officer's work."""
    seen = may_see_desk(actor, call)
    if seen and not actor.holds(Role.OFFICER, call.id):
        return refused(_("Only an officer of this call may do that."))
    return seen


def may_see_call(actor: Actor | None, call: Call) -> Verdict:
    """Read the public page of a call."""
    if call.state is not CallState.DRAFTING:
        return ALLOWED
    if actor is not None and may_see_desk(actor, call):
        return ALLOWED
    return hidden("The call is not published.")
