"""Reviewers and seats of a call that was run elsewhere. Nobody is written to."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.accounts import service as accounts
from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls.models import Call
from app.core.db import db
from app.core.gate import enforce
from app.ledger.service import record
from app.proposals.models import Proposal
from app.reviewers import policy, rules
from app.reviewers.events import ReviewerEntered, SeatGiven
from app.reviewers.models import PoolMember, ReviewerKind, Seat, SeatHolder, SeatState
from app.reviewers.service import due_of, show_identity


@dataclass(frozen=True, slots=True)
class ReviewerSheet:
    """One reviewer as the row tells it; `key` is the file's own id, `most` the load at most."""

    key: str
    name: str
    email: str
    organisation: str
    country: str
    expertise: str
    most: int


def import_pool(actor: Actor, call: Call, sheets: Sequence[ReviewerSheet]) -> dict[str, str]:
    """Store the pool; return account ids by the file's own keys."""
    enforce(policy.may_fill_pool(actor, call))
    return {sheet.key: _enter(actor, call, sheet) for sheet in sheets}


def _enter(actor: Actor, call: Call, sheet: ReviewerSheet) -> str:
    account_id = accounts.ensure_person(
        actor,
        name=sheet.name,
        email=sheet.email,
        organisation=sheet.organisation,
        country=sheet.country,
        invite=False,
    )
    accounts.grant_role(actor, account_id, Role.REVIEWER, call.id)
    member = PoolMember(
        call_id=call.id, account_id=account_id, expertise=sheet.expertise, most=sheet.most
    )
    db.session.add(member)
    record(actor, ReviewerEntered(kind=ReviewerKind.EXPERT, most=sheet.most), about=member)
    return account_id


Pair = tuple[str, str]  # proposal number, account id


def import_seats(
    actor: Actor, call: Call, proposals: Mapping[str, Proposal], pairs: Iterable[Pair]
) -> dict[Pair, Seat]:
    """Give every pair its seat, with a letter drawn at random; return the seats by pair."""
    enforce(policy.may_assign(actor, call))
    taken: dict[str, list[str]] = {}
    seats = {}
    for number, account_id in pairs:
        letters = taken.setdefault(number, [])
        letters.append(secrets.choice(rules.free_letters(letters)))
        seats[number, account_id] = Seat(
            call_id=call.id,
            proposal_id=proposals[number].id,
            letter=letters[-1],
            state=SeatState.ACCEPTED,
            due_at=due_of(call),
        )
    db.session.add_all(seats.values())
    db.session.flush()
    for (number, account_id), seat in seats.items():
        show_identity(call, proposals[number], seat)
        db.session.add(
            SeatHolder(seat_id=seat.id, proposal_id=seat.proposal_id, account_id=account_id)
        )
        event = SeatGiven(
            proposal=seat.proposal_id, letter=seat.letter, due=f"{seat.due_at:%Y-%m-%d}"
        )
        record(actor, event, about=seat)
    return seats
