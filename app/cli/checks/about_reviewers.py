"""Invariants of the pool, conflicts and seats."""

from collections.abc import Iterator

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person, Role, RoleGrant
from app.accounts.rules import FORGOTTEN
from app.calls.models import Call, Moment
from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.proposals.models import Proposal
from app.reviewers import queries, rules
from app.reviewers.mix.models import ToldGender
from app.reviewers.mix.rules import GENDERS
from app.reviewers.models import (
    STANDS,
    Answer,
    Certified,
    Conflict,
    Decline,
    Helpfulness,
    Nomination,
    NominationState,
    PoolMember,
    ReviewerKind,
    ReviewInvitation,
    Seat,
    SeatHolder,
    SeatState,
    ShownIdentity,
    Unavailability,
)
from app.reviewers.rules import LIVE

_forgotten = select(Person.account_id).where(Person.email_key.endswith(FORGOTTEN))

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
            SeatHolder.account_id.not_in(_forgotten),
            ~exists().where(
                PoolMember.call_id == Seat.call_id, PoolMember.account_id == SeatHolder.account_id
            ),
        )
    ),
)

no_rows(
    "reviewers.role",
    "Whoever is in a pool holds the role of a reviewer for that call.",
    lambda: select(PoolMember.id).where(
        PoolMember.account_id.not_in(_forgotten),
        ~exists().where(
            RoleGrant.account_id == PoolMember.account_id,
            RoleGrant.role == Role.REVIEWER,
            RoleGrant.scope == PoolMember.call_id,
        ),
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


# --- the pool ------------------------------------------------------------------------------------

_mentor = aliased(PoolMember)
no_rows(
    "pool.mentor",
    "A mentor goes with somebody early in their career, and is somebody else of the same pool.",
    lambda: (
        select(PoolMember.id)
        .outerjoin(
            _mentor,
            (_mentor.call_id == PoolMember.call_id) & (_mentor.account_id == PoolMember.mentor_id),
        )
        .where(
            PoolMember.mentor_id.is_not(None),
            or_(
                _mentor.id.is_(None),
                PoolMember.kind != ReviewerKind.EARLY_CAREER,
                PoolMember.mentor_id == PoolMember.account_id,
            ),
        )
    ),
)

no_rows(
    "pool.most",
    "Everybody in a pool may be asked for at least one proposal.",
    lambda: select(PoolMember.id).where(PoolMember.most < 1),
)

no_rows(
    "pool.invited",
    "Whoever was invited to review is in the pool of the call, and an answer has its instant.",
    lambda: select(ReviewInvitation.id).where(
        ReviewInvitation.account_id.not_in(_forgotten),
        or_(
            ~exists().where(
                PoolMember.call_id == ReviewInvitation.call_id,
                PoolMember.account_id == ReviewInvitation.account_id,
            ),
            (ReviewInvitation.answer == Answer.WAITING) != ReviewInvitation.answered_at.is_(None),
        ),
    ),
)

no_rows(
    "pool.offer",
    "Whoever's offer to review was taken is in the pool.",
    lambda: select(Nomination.id).where(
        Nomination.state == NominationState.TAKEN,
        ~exists().where(
            PoolMember.call_id == Nomination.call_id,
            PoolMember.account_id == Nomination.account_id,
        ),
    ),
)


@invariant("pool.away", "Days on which somebody cannot review are dates, the first first.")
def _away() -> Iterator[object]:
    for row in db.session.scalars(select(Unavailability)):
        if rules.away_of(f"{row.first_day}/{row.last_day}") is None:
            yield row.id


no_rows(
    "pool.gender",
    "What was told for the mix is one of what can be told, or taken back.",
    lambda: select(ToldGender.id).where(ToldGender.gender.not_in(["", *GENDERS])),
)

no_rows(
    "reviewers.helpfulness",
    "A rating is from 1 to 3, and about a seat with a review.",
    lambda: select(Helpfulness.seat_id).where(
        or_(
            Helpfulness.rating.not_in([1, 2, 3]),
            ~exists().where(
                Seat.id == Helpfulness.seat_id,
                Seat.state.in_([SeatState.SUBMITTED, SeatState.CONFLICTED]),
            ),
        )
    ),
)

no_rows(
    "reviewers.certified",
    "Whoever certified at the end had submitted something in that call.",
    lambda: select(Certified.id).where(
        ~exists().where(
            SeatHolder.account_id == Certified.account_id,
            SeatHolder.seat_id == Seat.id,
            Seat.call_id == Certified.call_id,
            Seat.state.in_([SeatState.SUBMITTED, SeatState.CONFLICTED]),
        )
    ),
)
