"""Looking for conflicts, entering them, and shutting out who has one."""

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.proposals.models import Proposal
from app.reviewers import policy, queries, rules
from app.reviewers.events import (
    ConflictEntered,
    ConflictsFound,
)
from app.reviewers.following import follow
from app.reviewers.models import (
    Conflict,
    ConflictKind,
    SeatState,
)


def detect_conflicts(actor: Actor, call: Call) -> int:
    """Look for conflicts in the records and keep those not known; return how many were new.

    Whoever holds a seat and turns out to have a conflict is shut out of it at once.
    """
    enforce(policy.may_fill_pool(actor, call))
    db.session.flush()
    known = queries.known_conflicts(call.id)
    judges, applied = queries.judges_of(call.id), queries.applied_in(call.id)
    new = [
        found
        for found in rules.find_conflicts(judges, applied)
        if (found.proposal_id, found.account_id, found.kind) not in known
    ]
    now = clock.now()
    db.session.add_all(
        Conflict(
            call_id=call.id,
            proposal_id=found.proposal_id,
            account_id=found.account_id,
            kind=found.kind,
            declared=False,
            detail=found.detail,
            found_at=now,
        )
        for found in new
    )
    closed = _shut_out(call)
    if new or closed:
        record(actor, ConflictsFound(found=len(new), seats_closed=closed), about=call)
    return len(new)


def _shut_out(call: Call) -> int:
    db.session.flush()
    seats = queries.live_seats_of_conflicted(call.id)
    for seat in seats:
        seat.state = SeatState.CONFLICTED
    follow(call)
    return len(seats)


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
    conflict = Conflict(
        call_id=call.id,
        proposal_id=proposal.id,
        account_id=account_id,
        kind=kind,
        declared=False,
        entered_by=actor.id,
        detail=reason,
        found_at=clock.now(),
    )
    db.session.add(conflict)
    _shut_out(call)
    record(actor, ConflictEntered(kind=kind, reason=reason), about=conflict)
