"""Who may do what with calls."""

from app.accounts.actor import Actor
from app.accounts.models import Role
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
    """See a call from the staff's side."""
    if any(actor.holds(role, call.id) for role in STAFF_ROLES):
        return ALLOWED
    return hidden("Only the call's staff see its desk.")


def may_run_call(actor: Actor, call: Call) -> Verdict:
    """Change a call, screen, assign, rank, propose: the officer's work."""
    if actor.holds(Role.OFFICER, call.id):
        return ALLOWED
    if may_see_desk(actor, call):
        return refused(_("Only an officer of this call may do that."))
    return hidden("Only the call's staff see its desk.")


def may_see_call(actor: Actor | None, call: Call) -> Verdict:
    """Read the public page of a call."""
    if call.state is not CallState.DRAFTING:
        return ALLOWED
    if actor is not None and may_see_desk(actor, call):
        return ALLOWED
    return hidden("The call is not published.")
