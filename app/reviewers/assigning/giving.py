"""Giving the seats of an accepted plan: everything is checked again, then all of it or nothing."""

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.proposals.models import Proposal, ProposalState
from app.reviewers import notices, queries, rules
from app.reviewers.assigning.events import SeatsGiven
from app.reviewers.assigning.plans import Standing
from app.reviewers.models import Seat, SeatHolder
from app.reviewers.queries import PoolRow
from app.reviewers.service import due_of, show_identity

SAID_AT_ONCE = 6  # reasons told together; the rest are counted


@dataclass(frozen=True, slots=True)
class Given:
    seats: int
    proposals: int


def give(actor: Actor, call: Call, standing: Standing) -> Given:
    """Give the new seats, or refuse with what stands in their way. Not for use on its own."""
    db.session.flush()
    pairs = [
        (standing.sheet.proposals[i], standing.sheet.people[j]) for i, j in standing.new_seats()
    ]
    proposals = _proposals(call.id)
    troubles = list(_in_the_way(call, pairs, proposals))
    if troubles:
        enforce(refused(_all_of(troubles)))
    letters = _letters(call.id)
    due = due_of(call)
    seats: list[Seat] = []
    for proposal_id, _account in pairs:
        taken = letters.setdefault(proposal_id, [])
        taken.append(secrets.choice(rules.free_letters(taken)))
        seats.append(Seat(call_id=call.id, proposal_id=proposal_id, letter=taken[-1], due_at=due))
    db.session.add_all(seats)
    db.session.flush()
    db.session.add_all(
        SeatHolder(seat_id=seat.id, proposal_id=seat.proposal_id, account_id=account_id)
        for seat, (_proposal, account_id) in zip(seats, pairs, strict=True)
    )
    _tell(actor, call, seats, proposals)
    notices.tell_invited(sorted({account_id for _proposal, account_id in pairs}), call)
    return Given(len(seats), len({proposal_id for proposal_id, _account in pairs}))


def _tell(actor: Actor, call: Call, seats: Sequence[Seat], proposals: dict[str, Proposal]) -> None:
    """Record the seats of each proposal, and copy who applies where the call may tell it."""
    letters: dict[str, list[str]] = {}
    for seat in seats:
        letters.setdefault(seat.proposal_id, []).append(seat.letter)
    for proposal_id in sorted(letters):
        event = SeatsGiven(proposal_id, sorted(letters[proposal_id]), f"{seats[0].due_at:%Y-%m-%d}")
        record(actor, event, about=proposals[proposal_id])
    for seat in seats:
        show_identity(call, proposals[seat.proposal_id], seat)


def _in_the_way(
    call: Call, pairs: Sequence[tuple[str, str]], proposals: dict[str, Proposal]
) -> Iterator[str]:
    """Yield a sentence for everything that changed since the plan was computed."""
    people = {row.account_id: row for row in queries.pool_of(call.id)}
    conflicts = {
        (proposal, account) for proposal, account, _kind in queries.known_conflicts(call.id)
    }
    held = _held(call.id)
    for proposal_id, account_id in pairs:
        proposal, person = proposals.get(proposal_id), people.get(account_id)
        number = proposal.number if proposal else ""
        if proposal is None or proposal.state is not ProposalState.ELIGIBLE:
            yield _("%(number)s is no longer eligible.", number=number or proposal_id)
        elif person is None:
            yield _("Somebody planned for %(number)s has left the pool.", number=number)
        elif (proposal_id, account_id) in conflicts:
            yield _(
                "%(name)s now has a conflict of interest with %(number)s.",
                name=person.name,
                number=number,
            )
        elif (proposal_id, account_id) in held:
            yield _(
                "%(name)s has, or had, a seat at %(number)s by now.",
                name=person.name,
                number=number,
            )
    yield from _too_many(pairs, people)


def _too_many(pairs: Sequence[tuple[str, str]], people: dict[str, PoolRow]) -> Iterator[str]:
    for account_id, more in sorted(Counter(account for _proposal, account in pairs).items()):
        person = people.get(account_id)
        if person is not None and person.load + more > person.most:
            yield _(
                "%(name)s would get %(load)s proposals, and may get %(most)s at most.",
                name=person.name,
                load=person.load + more,
                most=person.most,
            )


def _all_of(troubles: Sequence[str]) -> str:
    said = " ".join(dict.fromkeys(troubles[:SAID_AT_ONCE]))
    more = len(troubles) - SAID_AT_ONCE
    rest = _(" And %(more)s more.", more=more) if more > 0 else ""
    ask = _("Nothing was given. Change these by hand, or ask for another plan.")
    return f"{said}{rest} {ask}"


def _proposals(call_id: str) -> dict[str, Proposal]:
    found = db.session.scalars(
        select(Proposal).where(Proposal.call_id == call_id, Proposal.number.is_not(None))
    )
    return {proposal.id: proposal for proposal in found}


def _letters(call_id: str) -> dict[str, list[str]]:
    taken: dict[str, list[str]] = {}
    rows = db.session.execute(select(Seat.proposal_id, Seat.letter).where(Seat.call_id == call_id))
    for row in rows:
        taken.setdefault(row.proposal_id, []).append(row.letter)
    return taken


def _held(call_id: str) -> set[tuple[str, str]]:
    rows = db.session.execute(
        select(SeatHolder.proposal_id, SeatHolder.account_id)
        .join(Seat, Seat.id == SeatHolder.seat_id)
        .where(Seat.call_id == call_id)
    )
    return {(row.proposal_id, row.account_id) for row in rows}
