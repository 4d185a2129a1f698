"""What staff do with reviewers: the pool, conflicts, seats. Each function is one use case."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete

from app.accounts import service as accounts
from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls.models import Blinding, Call
from app.core import clock
from app.core.db import db, one_at_a_time
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.proposals import queries as proposals
from app.proposals.models import Proposal
from app.reviewers import notices, policy, queries, rules
from app.reviewers.events import (
    ConflictEntered,
    ConflictsFound,
    ReviewerChanged,
    ReviewerEntered,
    SeatGiven,
    SeatRemoved,
)
from app.reviewers.models import (
    Conflict,
    ConflictKind,
    Decline,
    PoolMember,
    ReviewerKind,
    Seat,
    SeatHolder,
    SeatState,
    ShownIdentity,
)

DAYS_TO_REVIEW = 28  # where the call names no day


@dataclass(frozen=True, slots=True)
class ReviewerDraft:
    """A person to ask; their name and organisation count only where we do not know them yet."""

    name: str
    email: str
    organisation: str
    country: str
    kind: ReviewerKind
    expertise: str
    most: int


def enter_reviewer(actor: Actor, call: Call, draft: ReviewerDraft) -> PoolMember:
    """Put a person into the pool and look for conflicts; somebody new gets an invitation."""
    enforce(policy.may_fill_pool(actor, call))
    account_id = accounts.ensure_person(
        actor,
        name=draft.name,
        email=draft.email,
        organisation=draft.organisation,
        country=draft.country,
    )
    if queries.member(call.id, account_id) is not None:
        name = queries.name_of(account_id)
        enforce(refused(_("%(name)s is in the pool already.", name=name)))
    accounts.grant_role(actor, account_id, Role.REVIEWER, call.id)
    member = PoolMember(
        call_id=call.id,
        account_id=account_id,
        kind=draft.kind,
        expertise=draft.expertise,
        most=draft.most,
    )
    db.session.add(member)
    record(actor, ReviewerEntered(kind=draft.kind, most=draft.most), about=member)
    detect_conflicts(actor, call)
    return member


def change_reviewer(
    actor: Actor, call: Call, member: PoolMember, *, kind: ReviewerKind, expertise: str, most: int
) -> None:
    """Change what the person is asked for. What they hold already stays theirs."""
    enforce(policy.may_fill_pool(actor, call))
    member.kind, member.expertise, member.most = kind, expertise, most
    record(actor, ReviewerChanged(kind=kind, most=most), about=member)


# --- conflicts -----------------------------------------------------------------------------------


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


# --- seats ---------------------------------------------------------------------------------------


def assign(actor: Actor, call: Call, proposal: Proposal, account_id: str) -> Seat:
    """Give one person a seat at one proposal and write to them.

    Who was removed or declined gets the same seat, and what they had written in it, again.
    """
    enforce(policy.may_assign(actor, call))
    one_at_a_time(f"assignment in {call.id}")
    if proposal.call_id != call.id:
        enforce(refused(_("This proposal belongs to another call.")))
    enforce(rules.can_judge(proposal.state, proposal.number or ""))
    detect_conflicts(actor, call)
    seat = _sit(call, proposal, account_id)
    show_identity(call, proposal)
    record(
        actor,
        SeatGiven(proposal=proposal.id, letter=seat.letter, due=f"{seat.due_at:%Y-%m-%d}"),
        about=seat,
    )
    notices.tell_invited(account_id, call)
    return seat


def _sit(call: Call, proposal: Proposal, account_id: str) -> Seat:
    member = queries.member(call.id, account_id)
    if member is None:
        enforce(refused(_("This person is not in the pool of the call. Enter them first.")))
        raise AssertionError
    name = queries.name_of(account_id)
    before = queries.seat_of_person(proposal.id, account_id)
    enforce(rules.can_sit(name, before.state if before else None))
    if queries.conflicts_between(proposal.id, account_id):
        enforce(
            refused(
                _(
                    "%(name)s has a conflict of interest with %(number)s.",
                    name=name,
                    number=proposal.number,
                )
            )
        )
    enforce(rules.can_take_more(name, queries.load_of(call.id, account_id), member.most))
    if before is not None:
        db.session.execute(delete(Decline).where(Decline.seat_id == before.id))
        before.state, before.due_at = SeatState.INVITED, due_of(call)
        return before
    seat = Seat(
        call_id=call.id,
        proposal_id=proposal.id,
        letter=secrets.choice(rules.free_letters(queries.letters_taken(proposal.id))),
        due_at=due_of(call),
    )
    db.session.add(seat)
    db.session.flush()
    db.session.add(SeatHolder(seat_id=seat.id, proposal_id=proposal.id, account_id=account_id))
    return seat


def due_of(call: Call) -> datetime:
    return call.reviews_due_at or clock.now() + timedelta(days=DAYS_TO_REVIEW)


def show_identity(call: Call, proposal: Proposal) -> None:
    """Copy who applies to where reviewers may read it, in calls that do not hide it."""
    identity = proposals.get_identity(proposal.version_id)
    if call.blinding is Blinding.DOUBLE or identity is None:
        return
    if queries.shown_identity(proposal.id) is None:
        db.session.add(
            ShownIdentity(
                proposal_id=proposal.id,
                lead_name=identity.lead_name,
                organisation=identity.organisation,
            )
        )


def remove_seat(actor: Actor, call: Call, seat: Seat) -> None:
    """Take a seat back before its review is submitted; what was written in it is kept."""
    enforce(policy.may_assign(actor, call))
    hold(seat)
    enforce(rules.can_remove(seat.state))
    seat.state = SeatState.REMOVED
    record(actor, SeatRemoved(proposal=seat.proposal_id, letter=seat.letter), about=seat)
