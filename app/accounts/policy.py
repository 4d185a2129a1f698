"""Who may do what with accounts and roles."""

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.accounts.models import Role
from app.core.verdict import ALLOWED, Verdict, hidden, refused
from app.core.words import _

STAFF_MAY_GRANT = frozenset({Role.REVIEWER})


def may_join() -> Verdict:
    """Register, sign in, prove an address: open to anyone."""
    return ALLOWED


def may_see_own_profile(actor: Actor) -> Verdict:
    return hidden() if actor == SYSTEM_ACTOR else ALLOWED


def may_hold_tokens(actor: Actor) -> Verdict:
    """Make and revoke tokens for one's own programs: whoever has proved their address."""
    if actor == SYSTEM_ACTOR:
        return hidden()
    if not actor.confirmed:
        return refused(_("Confirm your address first: follow the link in our letter."))
    return ALLOWED


def may_enter_person(actor: Actor) -> Verdict:
    """Enter somebody else, as an officer does with reviewers."""
    if actor == SYSTEM_ACTOR or actor.holds(Role.ADMINISTRATOR):
        return ALLOWED
    if actor.holds_anywhere(Role.OFFICER):
        return ALLOWED
    return refused(_("Only officers and administrators enter people."))


def may_set_passwords(actor: Actor) -> Verdict:
    """Set somebody else's password: for commands alone, never for a page."""
    if actor == SYSTEM_ACTOR:
        return ALLOWED
    return refused(_("Nobody sets the password of another person."))


def may_see_people(actor: Actor) -> Verdict:
    if actor.holds(Role.ADMINISTRATOR):
        return ALLOWED
    return hidden("Only administrators see the list of people.")


def may_grant(actor: Actor, role: Role) -> Verdict:
    """Give or take away `role`: administrators any, officers that of a reviewer."""
    if actor == SYSTEM_ACTOR or actor.holds(Role.ADMINISTRATOR):
        return ALLOWED
    if actor.holds_anywhere(Role.OFFICER) and role in STAFF_MAY_GRANT:
        return ALLOWED
    return refused(_("Only an administrator grants and revokes this role."))


def may_revoke(actor: Actor, role: Role, account_id: str) -> Verdict:
    if role is Role.ADMINISTRATOR and actor.id == account_id:
        return refused(
            _("You cannot take the administrator’s role from yourself. Ask another administrator.")
        )
    return may_grant(actor, role)


def may_reset_second_factor(actor: Actor, account_id: str) -> Verdict:
    """Help somebody who lost their device. For oneself the password is asked, on the profile."""
    if actor.id == account_id:
        return refused(_("Change this on your own profile, with your password."))
    return may_see_people(actor)


def may_close_account(actor: Actor, account_id: str) -> Verdict:
    if actor.id == account_id:
        return refused(_("You cannot close your own account here. Ask another administrator."))
    return may_see_people(actor)
