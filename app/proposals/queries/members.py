"""Reads of who stands behind a proposal, and of what they write to each other."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from app.core.db import db
from app.core.work import keep, once
from app.proposals.models import (
    DraftComment,
    DraftSave,
    Invitation,
    InvitationState,
    MayDo,
    MemberRole,
    Proposal,
    ProposalMember,
    ProposalState,
    Signatory,
)

MOST_SAVES = 200  # shown in the history


_MEMBERS = (
    select(ProposalMember)
    .where(ProposalMember.proposal_id == bindparam("proposal"))
    .order_by(ProposalMember.id)
)


def _all_members(proposal_id: str) -> Sequence[ProposalMember]:
    """Return who stands behind a proposal; asked once in a work."""
    return once(
        ("members", proposal_id),
        "proposal_member",
        lambda: db.session.scalars(_MEMBERS, {"proposal": proposal_id}).all(),
    )


def keep_members(proposal_id: str, members: Sequence[ProposalMember]) -> None:
    """Keep the members that another statement found besides, by id, for those who ask later."""
    keep(("members", proposal_id), members)


def membership(proposal_id: str, account_id: str) -> ProposalMember | None:
    """Return what a person is in a proposal."""
    for member in _all_members(proposal_id):
        if member.account_id == account_id:
            return member
    return None


def is_member(proposal_id: str, account_id: str) -> bool:
    return membership(proposal_id, account_id) is not None


def is_lead(proposal_id: str, account_id: str) -> bool:
    member = membership(proposal_id, account_id)
    return member is not None and member.role is MemberRole.LEAD


def may_do(proposal_id: str, account_id: str) -> MayDo | None:
    """Return what a person may do with a draft; None for strangers."""
    member = membership(proposal_id, account_id)
    if member is None:
        return None
    return MayDo.EDIT if member.role is MemberRole.LEAD else member.may


def people_of(proposal_id: str) -> Sequence[ProposalMember]:
    """Return the members, the lead first."""
    return db.session.scalars(
        select(ProposalMember)
        .where(ProposalMember.proposal_id == proposal_id)
        .order_by(ProposalMember.role != MemberRole.LEAD, ProposalMember.name, ProposalMember.id)
    ).all()


def members_of(proposal_id: str) -> Sequence[str]:
    """Return the account ids of those who apply."""
    return [member.account_id for member in _all_members(proposal_id)]


def get_member(proposal_id: str, member_id: str) -> ProposalMember | None:
    member = db.session.get(ProposalMember, member_id)
    return member if member and member.proposal_id == proposal_id else None


def get_invitation(invitation_id: str) -> Invitation | None:
    return db.session.get(Invitation, invitation_id)


def open_invitations(proposal_id: str) -> Sequence[Invitation]:
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.proposal_id == proposal_id, Invitation.state == InvitationState.OPEN)
        .order_by(Invitation.invited_at)
    ).all()


def comments_of(proposal_id: str) -> Sequence[DraftComment]:
    """Return what the members said about questions, the oldest first."""
    return db.session.scalars(
        select(DraftComment)
        .where(DraftComment.proposal_id == proposal_id)
        .order_by(DraftComment.written_at, DraftComment.id)
    ).all()


def get_comment(proposal_id: str, comment_id: str) -> DraftComment | None:
    comment = db.session.get(DraftComment, comment_id)
    return comment if comment and comment.proposal_id == proposal_id else None


def saves_of(proposal_id: str) -> Sequence[DraftSave]:
    """Return the history of saves, the latest first."""
    return db.session.scalars(
        select(DraftSave)
        .where(DraftSave.proposal_id == proposal_id)
        .order_by(DraftSave.revision.desc(), DraftSave.id)
        .limit(MOST_SAVES)
    ).all()


def begun_at(proposal_id: str) -> datetime | None:
    """Return when the first words were saved."""
    return db.session.scalar(
        select(func.min(DraftSave.saved_at)).where(DraftSave.proposal_id == proposal_id)
    )


def get_save(proposal_id: str, save_id: str) -> DraftSave | None:
    save = db.session.get(DraftSave, save_id)
    return save if save and save.proposal_id == proposal_id else None


def signatory_of(proposal_id: str) -> Signatory | None:
    return db.session.get(Signatory, proposal_id)


def led_in(call_id: str, account_id: str) -> Sequence[Proposal]:
    """Return the proposals of a call that somebody leads and did not withdraw."""
    return db.session.scalars(
        select(Proposal)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .where(
            Proposal.call_id == call_id,
            Proposal.state != ProposalState.WITHDRAWN,
            ProposalMember.account_id == account_id,
            ProposalMember.role == MemberRole.LEAD,
        )
        .order_by(Proposal.id)
    ).all()
