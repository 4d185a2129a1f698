"""Giving the seats of an accepted plan: what is in the way by now, and all of them at once."""

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core.db import Json, db
from app.core.ids import new_id
from app.core.words import _
from app.ledger.service import record
from app.proposals.models import Proposal, ProposalState
from app.reviewers import notices, queries, rules
from app.reviewers.assigning.events import SeatsGiven
from app.reviewers.assigning.plans import Standing
from app.reviewers.models import Seat, SeatHolder, SeatState
from app.reviewers.queries import PoolRow
from app.reviewers.service import due_of, show_identities


@dataclass(frozen=True, slots=True)
class Given:
    seats: int
    proposals: int


Pairs = Sequence[tuple[str, str]]  # of proposal and account


def _pairs(standing: Standing) -> Pairs:
    sheet = standing.sheet
    return [(sheet.proposals[i], sheet.people[j]) for i, j in standing.new_seats()]


def give(actor: Actor, call: Call, standing: Standing) -> Given:
    """Give the new seats, and write to their holders. Not for use on its own: whoever calls it
    asked what is in the way."""
    pairs, proposals = _pairs(standing), _proposals(call.id)
    letters, due = _letters(call.id), due_of(call)
    seats: list[Json] = []
    for proposal_id, _account in pairs:
        taken = letters.setdefault(proposal_id, [])
        taken.append(secrets.choice(rules.free_letters(taken)))
        seats.append(
            {
                "id": new_id(),
                "call_id": call.id,
                "proposal_id": proposal_id,
                "letter": taken[-1],
                "state": SeatState.INVITED,
                "due_at": due,
            }
        )
    holders = [
        {"seat_id": seat["id"], "proposal_id": proposal_id, "account_id": account_id}
        for seat, (proposal_id, account_id) in zip(seats, pairs, strict=True)
    ]
    if pairs:  # by whole tables: a large plan has fifteen thousand
        db.session.execute(insert(Seat), seats)
        db.session.execute(insert(SeatHolder), holders)
    _tell(actor, call, seats, proposals)
    notices.tell_invited(sorted({account_id for _proposal, account_id in pairs}), call)
    return Given(len(seats), len({proposal_id for proposal_id, _account in pairs}))


def _tell(actor: Actor, call: Call, seats: Sequence[Json], proposals: dict[str, Proposal]) -> None:
    """Record the seats of each proposal, and copy who applies where the call may tell it."""
    by_proposal: dict[str, list[Json]] = {}
    for seat in seats:
        by_proposal.setdefault(seat["proposal_id"], []).append(seat)
    for proposal_id, given in sorted(by_proposal.items()):
        letters, due = sorted(seat["letter"] for seat in given), f"{given[0]['due_at']:%Y-%m-%d}"
        record(actor, SeatsGiven(proposal_id, letters, due), about=proposals[proposal_id])
    show_identities(
        call,
        {
            seat["id"]: version
            for seat in seats
            if (version := proposals[seat["proposal_id"]].version_id)
        },
    )


def in_the_way(call: Call, standing: Standing) -> Iterator[str]:
    """Yield a sentence for everything that changed since the plan was computed. People are named
    by their accounts in it: sentences are kept, and names are for pages."""
    db.session.flush()
    pairs, proposals = _pairs(standing), _proposals(call.id)
    people = {row.account_id: row for row in queries.pool_of(call.id)}
    conflicts, held = queries.conflicted_pairs(call.id), _held(call.id)
    for proposal_id, account_id in pairs:
        proposal = proposals.get(proposal_id)
        number = proposal.number if proposal else ""
        if proposal is None or proposal.state is not ProposalState.ELIGIBLE:
            yield _("%(number)s is no longer eligible.", number=number or proposal_id)
        elif account_id not in people:
            yield _("Somebody planned for %(number)s has left the pool.", number=number)
        elif (proposal_id, account_id) in conflicts:
            yield _(
                "%(name)s now has a conflict of interest with %(number)s.",
                name=account_id,
                number=number,
            )
        elif (proposal_id, account_id) in held:
            yield _(
                "%(name)s has, or had, a seat at %(number)s by now.",
                name=account_id,
                number=number,
            )
    yield from _too_many(pairs, people)


def _too_many(pairs: Pairs, people: dict[str, PoolRow]) -> Iterator[str]:
    for account_id, more in sorted(Counter(account for _proposal, account in pairs).items()):
        person = people.get(account_id)
        if person is not None and person.load + more > person.most:
            yield _(
                "%(name)s would get %(load)s proposals, and may get %(most)s at most.",
                name=account_id,
                load=person.load + more,
                most=person.most,
            )


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
