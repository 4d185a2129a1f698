"""What somebody applies for, and may apply for."""

from typing import NamedTuple

from sqlalchemy import func, select

from app.calls.models import Call
from app.core.db import db, door
from app.core.lens import Door
from app.core.work import current_work
from app.proposals.models import (
    Draft,
    MemberRole,
    Proposal,
    ProposalMember,
    ProposalState,
    StageInvitation,
)


class OwnRow(NamedTuple):
    id: str
    number: str | None
    state: ProposalState
    title: str
    call: Call


def proposals_of(account_id: str) -> list[OwnRow]:
    """Return a person's proposals with the title as it is being written."""
    rows = db.session.execute(
        select(Proposal.id, Proposal.number, Proposal.state, Draft.title, Call)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .join(Draft, Draft.proposal_id == Proposal.id)
        .join(Call, Call.id == Proposal.call_id)
        .where(ProposalMember.account_id == account_id)
        .order_by(Call.closes_at.desc(), Proposal.id)
    )
    return [OwnRow(*row) for row in rows]


def earlier_titles(account_id: str, most: int = 10) -> list[tuple[str, str]]:
    """Return id and title of proposals that a person leads, the last written first."""
    rows = db.session.execute(
        select(Proposal.id, Draft.title)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .join(Draft, Draft.proposal_id == Proposal.id)
        .where(
            ProposalMember.account_id == account_id,
            ProposalMember.role == MemberRole.LEAD,
            Draft.title != "",
        )
        .order_by(Draft.saved_at.desc(), Proposal.id)
        .limit(most)
    )
    return [(row.id, row.title) for row in rows]


def draft_in_call(account_id: str, call_id: str) -> Proposal | None:
    """Return the proposal that a person leads, began and did not submit, if there is one."""
    return db.session.scalar(
        select(Proposal)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .where(
            ProposalMember.account_id == account_id,
            ProposalMember.role == MemberRole.LEAD,
            Proposal.call_id == call_id,
            Proposal.state == ProposalState.DRAFT,
        )
        .order_by(Proposal.id)
        .limit(1)
    )


def calls_applied_in(account_id: str) -> frozenset[str]:
    """Return the calls somebody applies in; asked once in a work, for policies ask it often."""
    notes = current_work().notes
    kept = f"proposals.calls of {account_id}"
    if kept not in notes:
        with door(Door.INTERESTS):  # one's own are found where staff may not know who applies
            notes[kept] = frozenset(
                db.session.scalars(
                    select(Proposal.call_id)
                    .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
                    .where(
                        ProposalMember.account_id == account_id,
                        Proposal.state != ProposalState.WITHDRAWN,
                    )
                )
            )
    found: frozenset[str] = notes[kept]
    return found


def may_enter_stage(account_id: str, call: Call) -> bool:
    """Whether a call is open to everybody, or this person's outline is invited to it."""
    return call.first_stage_id is None or invited_outline(account_id, call.id) is not None


def invited_outline(account_id: str, call_id: str) -> Proposal | None:
    """Return the outline for which somebody may apply in a second call."""
    return db.session.scalar(
        select(Proposal)
        .join(StageInvitation, StageInvitation.outline_id == Proposal.id)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .where(StageInvitation.call_id == call_id, ProposalMember.account_id == account_id)
        .order_by(Proposal.id)
        .limit(1)
    )


def others_of_lead(proposal_id: str, call_id: str) -> int:
    """Return how many further proposals of a call, submitted ones, the same person leads."""
    lead = (
        select(ProposalMember.account_id)
        .where(ProposalMember.proposal_id == proposal_id, ProposalMember.role == MemberRole.LEAD)
        .scalar_subquery()
    )
    return int(
        db.session.scalar(
            select(func.count(Proposal.id))
            .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
            .where(
                Proposal.call_id == call_id,
                Proposal.id != proposal_id,
                Proposal.state.not_in([ProposalState.DRAFT, ProposalState.WITHDRAWN]),
                ProposalMember.account_id == lead,
                ProposalMember.role == MemberRole.LEAD,
            )
        )
        or 0
    )
