"""When a person cannot be forgotten yet: what goes on, and what the law lets nobody forget."""

from datetime import timedelta

from sqlalchemy import Select, select

from app.accounts.models import Role, RoleGrant
from app.awards.models import Award
from app.calls.models import Call, CallState
from app.core import clock
from app.core.db import db
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.panels.models import Panel, PanelMember, PanelState
from app.proposals.models import MemberRole, Proposal, ProposalMember, ProposalState
from app.reviewers.models import Seat, SeatHolder
from app.reviewers.rules import LIVE

OVER = (CallState.RELEASED, CallState.ARCHIVED)
IDLE = (ProposalState.WITHDRAWN, ProposalState.INELIGIBLE)
YEAR = timedelta(days=365.25)


def may_erase(account_id: str, awards_kept: int) -> Verdict:
    """Say whether nothing that goes on, and no account to be rendered, needs this person."""
    troubles = (
        _office(account_id),
        _applies(account_id),
        _reviews(account_id),
        _sits(account_id),
        _was_paid(account_id, awards_kept),
    )
    said = [one for one in troubles if one]
    return refused(" ".join(said)) if said else ALLOWED


def _named(found: Select[str]) -> str:
    """Return what a statement finds, each once and in order, as one text."""
    return ", ".join(sorted(set(db.session.scalars(found))))


def _office(account_id: str) -> str:
    roles = _named(
        select(RoleGrant.role).where(
            RoleGrant.account_id == account_id, RoleGrant.role != Role.REVIEWER
        )
    )
    if not roles:
        return ""
    return _("They still work here as %(roles)s: take that away first.", roles=roles)


def _applies(account_id: str) -> str:
    calls = _named(
        select(Call.code)
        .join(Proposal, Proposal.call_id == Call.id)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .where(
            ProposalMember.account_id == account_id,
            Call.state.not_in(OVER),
            Proposal.state.not_in(IDLE),
        )
    )
    if not calls:
        return ""
    return _(
        "They apply in %(calls)s, which is not decided yet: withdraw or remove the proposal there, "
        "or wait for the release.",
        calls=calls,
    )


def _reviews(account_id: str) -> str:
    calls = _named(
        select(Call.code)
        .join(Seat, Seat.call_id == Call.id)
        .join(SeatHolder, SeatHolder.seat_id == Seat.id)
        .where(SeatHolder.account_id == account_id, Call.state.not_in(OVER), Seat.state.in_(LIVE))
    )
    if not calls:
        return ""
    return _(
        "They review in %(calls)s, which is not decided yet: remove their seats, or wait for the "
        "release.",
        calls=calls,
    )


def _sits(account_id: str) -> str:
    panels = _named(
        select(Panel.name)
        .join(PanelMember, PanelMember.panel_id == Panel.id)
        .where(PanelMember.account_id == account_id, Panel.state != PanelState.APPROVED)
    )
    if not panels:
        return ""
    return _("They sit in %(panels)s, whose minutes are not approved yet.", panels=panels)


def _was_paid(account_id: str, years: int) -> str:
    since = (clock.now() - years * YEAR).date()
    awards = _named(
        select(Award.number)
        .join(ProposalMember, ProposalMember.proposal_id == Award.proposal_id)
        .where(
            ProposalMember.account_id == account_id,
            ProposalMember.role == MemberRole.LEAD,
            Award.awarded_on > since,
        )
    )
    if not awards:
        return ""
    return _(
        "They lead %(awards)s: who was paid must stay in the books for %(years)s years.",
        awards=awards,
        years=years,
    )
