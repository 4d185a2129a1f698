"""What staff have at stake in a call: reviews they owe, conflicts of interest, own proposals."""

from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.core.db import door, table_of
from app.core.lens import Door
from app.core.plain import rows
from app.core.work import Mode, current_work, once
from app.proposals.models import Proposal, ProposalMember, ProposalState
from app.reviewers.models import Conflict, Seat, SeatHolder, SeatState


class Stakes(NamedTuple):
    owes_review: bool
    has_conflict: bool
    applies: bool


_seat, _holder, _conflict = map(table_of, (Seat, SeatHolder, Conflict))
_proposal, _member = map(table_of, (Proposal, ProposalMember))
_STAKES = select(
    select(_seat.c.id)
    .join(_holder, _holder.c.seat_id == _seat.c.id)
    .where(
        _seat.c.call_id == bindparam("call"),
        _holder.c.account_id == bindparam("account"),
        _seat.c.state.in_([SeatState.INVITED, SeatState.ACCEPTED]),
    )
    .exists(),
    select(_conflict.c.id)
    .join(_proposal, _proposal.c.id == _conflict.c.proposal_id)
    .where(
        _conflict.c.call_id == bindparam("call"),
        _conflict.c.account_id == bindparam("account"),
        _conflict.c.set_aside_at.is_(None),
        _proposal.c.state != ProposalState.WITHDRAWN,
    )
    .exists(),
    select(_member.c.id)
    .join(_proposal, _proposal.c.id == _member.c.proposal_id)
    .where(
        _proposal.c.call_id == bindparam("call"),
        _member.c.account_id == bindparam("account"),
        _proposal.c.state != ProposalState.WITHDRAWN,
    )
    .exists(),
)


def owes_review(call_id: str, account_id: str) -> bool:
    """Whether somebody holds a seat in a call whose review is not in."""
    return _stakes(call_id, account_id).owes_review


def has_conflict(call_id: str, account_id: str) -> bool:
    """Whether somebody has a conflict that stands, with a proposal that is not withdrawn."""
    return _stakes(call_id, account_id).has_conflict


def applies_in(call_id: str, account_id: str) -> bool:
    """Whether somebody stands behind a proposal of a call that is not withdrawn."""
    return _stakes(call_id, account_id).applies


def _stakes(call_id: str, account_id: str) -> Stakes:
    """Return all of it, for policies ask it all; a work that changes things looks each time.

    Through its door: one's own are found also where staff may not know who applies.
    """

    def find() -> Stakes:
        with door(Door.INTERESTS):
            (found,) = rows(_STAKES, {"call": call_id, "account": account_id})
        return Stakes(*map(bool, found))

    if current_work().mode is Mode.WRITE:
        return find()
    return once(("stakes", call_id, account_id), "seat", find)
