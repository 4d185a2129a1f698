"""Entering conflicts, declaring one's own as staff, and setting aside what was found wrongly."""

from app.accounts.actor import Actor
from app.calls.blinding import is_sealed
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.proposals.models import Proposal
from app.reviewers import policy, queries
from app.reviewers.events import ConflictEntered, ConflictSetAside, StaffConflictDeclared
from app.reviewers.models import Conflict, ConflictKind
from app.reviewers.service.searching import shut_out


def add_conflict(
    actor: Actor,
    call: Call,
    proposal: Proposal,
    account_id: str,
    *,
    kind: ConflictKind,
    reason: str,
) -> None:
    """Enter a conflict that staff know of; a seat the person holds there is closed."""
    enforce(policy.may_fill_pool(actor, call))
    if queries.member(call.id, account_id) is None:
        enforce(refused(_("This person is not in the pool of the call.")))
    if proposal.call_id != call.id:
        enforce(refused(_("This proposal belongs to another call.")))
    if any(c.kind is kind for c in queries.conflicts_between(proposal.id, account_id)):
        enforce(refused(_("This conflict is known already.")))
    conflict = queries.entered_before(proposal.id, account_id, kind)
    if conflict is None:
        conflict = Conflict(
            call_id=call.id, proposal_id=proposal.id, account_id=account_id, kind=kind
        )
        db.session.add(conflict)
    conflict.declared, conflict.entered_by, conflict.detail = False, actor.id, reason
    conflict.found_at, conflict.set_aside_at = clock.now(), None
    shut_out(call)
    record(actor, ConflictEntered(kind=kind, reason=reason), about=conflict)


def declare_own(
    actor: Actor, call: Call, proposal: Proposal, *, kind: ConflictKind, detail: str
) -> None:
    """Declare a conflict as somebody of the staff: now the call's desk is closed to them."""
    enforce(policy.may_declare_own(actor, call))
    if proposal.call_id != call.id:
        enforce(refused(_("This proposal belongs to another call.")))
    conflict = Conflict(
        call_id=call.id,
        proposal_id=proposal.id,
        account_id=actor.id,
        kind=kind,
        declared=True,
        detail=detail,
        found_at=clock.now(),
    )
    db.session.add(conflict)
    shut_out(call)
    record(actor, StaffConflictDeclared(kind=kind), about=conflict)


def set_aside(actor: Actor, call: Call, conflict: Conflict, reason: str) -> None:
    """Say that a conflict which was found or entered is none. What a person declared stands.

    A seat that it closed stays closed; staff may give it again.
    """
    enforce(policy.may_set_aside(actor, call, conflict.account_id))
    if conflict.declared:
        enforce(refused(_("This conflict was declared by the person; it stands.")))
    if conflict.set_aside_at is not None:
        return
    if is_sealed(call):
        enforce(refused(_("Who applies is sealed, so nobody can tell yet. Open the seal first.")))
    if not reason.strip():
        enforce(refused(_("Say why this is no conflict of interest.")))
    conflict.set_aside_at, conflict.set_aside_by = clock.now(), actor.id
    conflict.set_aside_because = reason.strip()
    record(actor, ConflictSetAside(kind=conflict.kind, reason=reason.strip()), about=conflict)
