"""Giving and taking seats."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete

from app.accounts.actor import Actor
from app.calls.models import Call, Moment
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
    SeatGiven,
    SeatRemoved,
)
from app.reviewers.models import (
    Decline,
    Seat,
    SeatHolder,
    SeatState,
    ShownIdentity,
)
from app.reviewers.service.searching import detect_conflicts


def assign(actor: Actor, call: Call, proposal: Proposal, account_id: str) -> Seat:
    """Give one person a seat at one proposal and write to them.

    Who was removed or declined gets the same seat, and what they had written in it, again.
    """
    enforce(policy.may_assign(actor, call))
    one_at_a_time(f"assignment in {call.id}")
    if proposal.call_id != call.id:
        enforce(refused(_("This proposal belongs to another call.")))
    enforce(rules.can_judge(proposal.state, proposal.number or ""))
    detect_conflicts(actor, call, proposal.id)
    seat = _sit(call, proposal, account_id)
    show_identity(call, proposal, seat)
    record(
        actor,
        SeatGiven(proposal=proposal.id, letter=seat.letter, due=f"{seat.due_at:%Y-%m-%d}"),
        about=seat,
    )
    notices.tell_invited([account_id], call)
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
    return call.reviews_due_at or clock.now() + timedelta(days=rules.DAYS_TO_REVIEW)


def show_identity(call: Call, proposal: Proposal, seat: Seat) -> None:
    """Copy who applies for one seat, which may have been somebody's before."""
    if proposal.version_id is not None and queries.shown_identity(seat.id) is None:
        show_identities(call, {seat.id: proposal.version_id})


def show_identities(call: Call, versions: Mapping[str, str]) -> None:
    """Copy who applies to where the holders of new seats may read it from the call's moment on;
    in a call that never tells reviewers there is no such copy. `versions` are those of the
    proposals, by seat."""
    if call.applicants_to_reviewers is Moment.NEVER:
        return
    identities = proposals.identities_of(versions.values())
    db.session.add_all(
        ShownIdentity(
            seat_id=seat_id, lead_name=identity.lead_name, organisation=identity.organisation
        )
        for seat_id, version_id in versions.items()
        if (identity := identities.get(version_id)) is not None
    )


def remove_seat(actor: Actor, call: Call, seat: Seat) -> None:
    """Take a seat back before its review is submitted; what was written in it is kept."""
    enforce(policy.may_assign(actor, call))
    hold(seat)
    enforce(rules.can_remove(seat.state))
    seat.state = SeatState.REMOVED
    record(actor, SeatRemoved(proposal=seat.proposal_id, letter=seat.letter), about=seat)
