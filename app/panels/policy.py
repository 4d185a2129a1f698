"""Who may prepare a panel, sit in it, write down an item and agree to the minutes."""

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls import policy as calls
from app.calls.models import Call
from app.calls.queries import phase
from app.calls.rules import Phase
from app.core.verdict import ALLOWED, Verdict, hidden, refused
from app.core.words import _
from app.panels import rules
from app.panels.models import Office
from app.panels.queries import Sitting
from app.reviewers import policy as reviewers

DECIDING = (Phase.RANKING, Phase.ALLOCATING, Phase.APPROVING)


def may_see(actor: Actor, call: Call) -> Verdict:
    """See the panel from the staff's side, minutes and all: who may see scores."""
    return reviewers.may_see_scores(actor, call)


def may_prepare(actor: Actor, call: Call) -> Verdict:
    """Set up the panel, appoint its people, set the agenda: the officer's work."""
    own = calls.may_run_call(actor, call) and reviewers.may_decide(actor, call)
    return own and rules.can_prepare(phase(call))


def may_list(actor: Actor) -> Verdict:
    """Open the list of panels one sits in: whoever could sit in one."""
    if any(actor.holds_anywhere(r) for r in (Role.REVIEWER, Role.OFFICER, Role.APPROVER)):
        return ALLOWED
    return hidden("Only reviewers and staff sit in panels.")


def may_sit(actor: Actor, sitting: Sitting) -> Verdict:
    """See the panel as one of its people."""
    if sitting.me.account_id == actor.id:
        return ALLOWED
    return hidden("Only its members see a panel.")


def may_see_item(actor: Actor, sitting: Sitting, proposal_id: str) -> Verdict:
    """Know that an item is there: its people, without those who have a conflict with it."""
    if proposal_id in sitting.me.barred:
        return hidden("A conflict of interest closes the item.")
    return may_sit(actor, sitting)


def may_read(actor: Actor, sitting: Sitting, proposal_id: str) -> Verdict:
    """Read the proposal and its reviews, until the results are released."""
    return may_see_item(actor, sitting, proposal_id) and _is_open(sitting)


def may_see_desk(actor: Actor, sitting: Sitting) -> Verdict:
    """Read how the proposals that are open to one stand, until the results are released."""
    return may_sit(actor, sitting) and _is_open(sitting)


def _is_open(sitting: Sitting) -> Verdict:
    if phase(sitting.call) in DECIDING:
        return ALLOWED
    return refused(_("The call is decided; what the panel read is closed again."))


def may_record(actor: Actor, sitting: Sitting, proposal_id: str) -> Verdict:
    """Write down what was said and recommended: chair and secretary, if they are in the room."""
    read = may_read(actor, sitting, proposal_id) and rules.can_record(sitting.panel.state)
    if not read:
        return read
    if sitting.me not in rules.recorders(sitting.members, proposal_id):
        return refused(_("The chair or the secretary writes this down."))
    return ALLOWED


def may_lead(actor: Actor, sitting: Sitting) -> Verdict:
    """Open and close the meeting and say who came: chair and secretary."""
    seat = may_sit(actor, sitting)
    if seat and not leads(sitting):
        return refused(_("The chair or the secretary does that."))
    return seat


def leads(sitting: Sitting) -> bool:
    return sitting.me.office is not Office.MEMBER


def may_declare(actor: Actor, sitting: Sitting, proposal_id: str) -> Verdict:
    """Declare a conflict of interest of one's own, at any time until the release."""
    return may_read(actor, sitting, proposal_id)
