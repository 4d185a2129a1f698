"""Invariants of the pool, conflicts and seats."""

from collections.abc import Iterator

from sqlalchemy import exists, select

from app.accounts.models import Role, RoleGrant
from app.calls.models import Call, Moment
from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.proposals.models import Proposal
from app.reviewers import queries, rules
from app.reviewers.models import (
    STANDS,
    Conflict,
    Decline,
    PoolMember,
    Seat,
    SeatHolder,
    SeatState,
    ShownIdentity,
)
from app.reviewers.rules import LIVE

no_rows(
    "reviewers.holder",
    "Every seat has its holder, at the same proposal.",
    lambda: select(Seat.id).where(
        ~exists().where(SeatHolder.seat_id == Seat.id, SeatHolder.proposal_id == Seat.proposal_id)
    ),
)

no_rows(
    "reviewers.seat_call",
    "A seat belongs to the call of its proposal.",
    lambda: (
        select(Seat.id)
        .join(Proposal, Proposal.id == Seat.proposal_id)
        .where(Seat.call_id != Proposal.call_id)
    ),
)

no_rows(
    "reviewers.no_conflict",
    "Nobody with a conflict of interest holds a live seat at that proposal.",
    lambda: (
        select(Seat.id)
        .join(SeatHolder, SeatHolder.seat_id == Seat.id)
        .where(
            Seat.state.in_(LIVE),
            exists().where(
                Conflict.proposal_id == SeatHolder.proposal_id,
                Conflict.account_id == SeatHolder.account_id,
                STANDS,
            ),
        )
    ),
)

no_rows(
    "reviewers.in_pool",
    "Whoever holds a seat is in the pool of the call.",
    lambda: (
        select(Seat.id)
        .join(SeatHolder, SeatHolder.seat_id == Seat.id)
        .where(
            ~exists().where(
                PoolMember.call_id == Seat.call_id, PoolMember.account_id == SeatHolder.account_id
            )
        )
    ),
)

no_rows(
    "reviewers.role",
    "Whoever is in a pool holds the role of a reviewer for that call.",
    lambda: select(PoolMember.id).where(
        ~exists().where(
            RoleGrant.account_id == PoolMember.account_id,
            RoleGrant.role == Role.REVIEWER,
            RoleGrant.scope == PoolMember.call_id,
        )
    ),
)

no_rows(
    "reviewers.conflict_call",
    "A conflict belongs to the call of its proposal.",
    lambda: (
        select(Conflict.id)
        .join(Proposal, Proposal.id == Conflict.proposal_id)
        .where(Conflict.call_id != Proposal.call_id)
    ),
)

no_rows(
    "reviewers.decline",
    "Whoever declined said why.",
    lambda: (
        select(Seat.id)
        .outerjoin(Decline, Decline.seat_id == Seat.id)
        .where(Seat.state == SeatState.DECLINED, Decline.seat_id.is_(None))
    ),
)

no_rows(
    "reviewers.hidden_identity",
    "No identity is kept for the reviewers of a call that never tells them who applies.",
    lambda: (
        select(ShownIdentity.seat_id)
        .join(Seat, Seat.id == ShownIdentity.seat_id)
        .join(Call, Call.id == Seat.call_id)
        .where(Call.applicants_to_reviewers == Moment.NEVER)
    ),
)


@invariant("reviewers.found", "Every conflict that the records show is known.")
def _found() -> Iterator[object]:
    for call_id in db.session.scalars(select(Call.id)):
        known = queries.known_conflicts(call_id)
        judges, applied = queries.judges_of(call_id), queries.applied_in(call_id)
        for found in rules.find_conflicts(judges, applied):
            if (found.proposal_id, found.account_id, found.kind) not in known:
                yield f"{found.proposal_id} {found.account_id} {found.kind.value}"
