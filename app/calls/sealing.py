"""Opening the seal over who applies, in calls that hide it from their own staff.

The seal itself is kept by the database engine (`rows=` in the lenses of who applies): until it
is opened, the staff's pages have no rows to show, whatever a page asks for.
"""

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls import policy, queries
from app.calls.blinding import is_sealed
from app.calls.events import CallUnsealed
from app.calls.models import Call
from app.calls.rules import Phase
from app.core import clock
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import ALLOWED, Verdict, hidden, refused
from app.core.words import _
from app.ledger.service import record

DECIDING = frozenset({Phase.ALLOCATING, Phase.APPROVING})


def may_unseal(actor: Actor, call: Call) -> Verdict:
    """Open the seal: an approver of the call, once the money is being decided on."""
    seen = policy.may_see_desk(actor, call)
    if not seen:
        return seen
    if not is_sealed(call):
        return hidden("Nothing is sealed.")
    if not actor.holds(Role.APPROVER, call.id):
        return refused(_("Only an approver of this call may open the seal."))
    if queries.phase(call) not in DECIDING:
        return refused(_("The seal is opened once an allocation is being decided, not before."))
    return ALLOWED


def can_name_applicants(call: Call) -> Verdict:
    """Whether results can be released: they name who applied."""
    if is_sealed(call):
        return refused(
            _(
                "Who applied is sealed in this call. An approver opens the seal on the call’s "
                "page, with a reason; then the results can be released."
            )
        )
    return ALLOWED


def unseal(actor: Actor, call: Call, reason: str) -> None:
    """Let the call's staff know who applies, from now on and for good."""
    enforce(policy.may_see_desk(actor, call))
    hold(call)
    enforce(may_unseal(actor, call))
    if not reason.strip():
        enforce(refused(_("Say why the seal is opened; the ledger keeps it.")))
    call.unsealed_at = clock.now()
    record(actor, CallUnsealed(reason=reason.strip()), about=call)
