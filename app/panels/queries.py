"""Reads of panels. Who has a conflict with what is read through its one narrow door."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, or_, select

from app.accounts.models import Person, Role, RoleGrant
from app.calls.models import Call
from app.core.db import db, door
from app.core.lens import Door
from app.panels.models import (
    Absence,
    ItemPresence,
    MinutesApproval,
    Office,
    Panel,
    PanelItem,
    PanelMember,
    PanelState,
)
from app.panels.rules import Sits
from app.proposals.models import Proposal, ProposalState, Version
from app.reviewers.models import STANDS, Conflict, PoolMember, Seat, SeatState
from app.reviews.models import Review, ReviewState
from app.reviews.queries import Other

OFFICES = (Role.OFFICER, Role.APPROVER)
_ORDER = {Office.CHAIR: 0, Office.MEMBER: 1, Office.SECRETARY: 2}


@dataclass(frozen=True, slots=True)
class Sitting:
    """A panel with its call and people, and the one of them who asks."""

    panel: Panel
    call: Call
    members: tuple[Sits, ...]
    me: Sits


def panel_of(call_id: str) -> Panel | None:
    return db.session.scalar(select(Panel).where(Panel.call_id == call_id))


def get_panel(panel_id: str) -> Panel | None:
    return db.session.get(Panel, panel_id)


def own_panels(account_id: str) -> list[tuple[Panel, Call]]:
    """Return the panels somebody sits in, the latest meeting first."""
    rows = db.session.execute(
        select(Panel, Call)
        .join(PanelMember, PanelMember.panel_id == Panel.id)
        .join(Call, Call.id == Panel.call_id)
        .where(PanelMember.account_id == account_id)
        .order_by(Panel.meets_at.desc(), Call.code)
    )
    return [(row[0], row[1]) for row in rows]


def sitting(account_id: str, panel_id: str) -> Sitting | None:
    """Return a panel for one of its people; None where there is none and where one is not of it,
    alike."""
    row = db.session.execute(
        select(Panel, Call).join(Call, Call.id == Panel.call_id).where(Panel.id == panel_id)
    ).one_or_none()
    if row is None:
        return None
    members = members_of(row[0])
    me = next((one for one in members if one.account_id == account_id), None)
    return Sitting(row[0], row[1], tuple(members), me) if me else None


def members_of(panel: Panel) -> list[Sits]:
    """Return who sits in a panel with what each must not touch: chair, members, secretary."""
    found = db.session.scalars(select(PanelMember).where(PanelMember.panel_id == panel.id)).all()
    barred = _barred(panel.call_id, [one.account_id for one in found])
    return [
        Sits(
            one.id,
            one.account_id,
            one.name,
            one.office,
            one.here,
            frozenset(barred.get(one.account_id, ())),
        )
        for one in sorted(found, key=lambda one: (_ORDER[one.office], one.name, one.id))
    ]


def _barred(call_id: str, account_ids: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with door(Door.INTERESTS):
        rows = db.session.execute(
            select(Conflict.account_id, Conflict.proposal_id).where(
                Conflict.call_id == call_id, Conflict.account_id.in_(account_ids), STANDS
            )
        ).all()
    for account_id, proposal_id in rows:
        found.setdefault(account_id, set()).add(proposal_id)
    return found


def get_member(panel_id: str, member_id: str) -> PanelMember | None:
    return db.session.scalar(
        select(PanelMember).where(PanelMember.panel_id == panel_id, PanelMember.id == member_id)
    )


def member_rows(panel_id: str) -> Sequence[PanelMember]:
    return db.session.scalars(select(PanelMember).where(PanelMember.panel_id == panel_id)).all()


class ItemRow(NamedTuple):
    """An item with what it is about: nothing of who applies."""

    item: PanelItem
    number: str
    title: str
    requested_minor: int
    state: ProposalState


def items_of(panel_id: str) -> list[ItemRow]:
    """Return the agenda in the order of discussion."""
    rows = db.session.execute(
        select(
            PanelItem,
            func.coalesce(Proposal.number, ""),
            Version.title,
            Version.requested_minor,
            Proposal.state,
        )
        .join(Proposal, Proposal.id == PanelItem.proposal_id)
        .join(Version, Version.id == Proposal.version_id)
        .where(PanelItem.panel_id == panel_id)
        .order_by(PanelItem.position)
    )
    return [ItemRow(*row) for row in rows]


def agenda_of(panel_id: str) -> frozenset[str]:
    """Return the ids of the proposals on the agenda: the panel's pages open no others."""
    ids = db.session.scalars(select(PanelItem.proposal_id).where(PanelItem.panel_id == panel_id))
    return frozenset(ids)


class Discussed(NamedTuple):
    """One item with the proposal as reviewers read it."""

    item: PanelItem
    proposal: Proposal
    version: Version


def discussed(panel_id: str, item_id: str) -> Discussed | None:
    row = db.session.execute(
        select(PanelItem, Proposal, Version)
        .join(Proposal, Proposal.id == PanelItem.proposal_id)
        .join(Version, Version.id == Proposal.version_id)
        .where(PanelItem.id == item_id, PanelItem.panel_id == panel_id)
    ).one_or_none()
    return Discussed(*row) if row else None


def reviews_of(proposal_id: str) -> list[Other]:
    """Return the reviews of a proposal that count, by letter, without who wrote them."""
    rows = db.session.execute(
        select(Seat.letter, Review)
        .join(Seat, Seat.id == Review.seat_id)
        .where(
            Review.proposal_id == proposal_id,
            Review.state == ReviewState.SUBMITTED,
            Seat.state == SeatState.SUBMITTED,
        )
        .order_by(Seat.letter)
    )
    return [Other(letter, review, "") for letter, review in rows]


def absences_of(panel_id: str) -> dict[str, dict[str, Absence | None]]:
    """Return, by item and member, why somebody was not in the room; None: they were."""
    rows = db.session.execute(
        select(ItemPresence.item_id, ItemPresence.member_id, ItemPresence.absent)
        .join(PanelItem, PanelItem.id == ItemPresence.item_id)
        .where(PanelItem.panel_id == panel_id)
    )
    found: dict[str, dict[str, Absence | None]] = {}
    for item_id, member_id, absent in rows:
        found.setdefault(item_id, {})[member_id] = absent
    return found


def approvals_of(panel_id: str) -> Sequence[MinutesApproval]:
    return db.session.scalars(
        select(MinutesApproval)
        .where(MinutesApproval.panel_id == panel_id)
        .order_by(MinutesApproval.approved_at, MinutesApproval.id)
    ).all()


class Candidate(NamedTuple):
    """Somebody who could sit in the panel of a call."""

    account_id: str
    name: str
    organisation: str


def candidates(call_id: str, beside: Iterable[str] = ()) -> list[Candidate]:
    """Return the pool and the staff of a call by name, without those who sit already."""
    pool = select(PoolMember.account_id).where(PoolMember.call_id == call_id)
    staff = select(RoleGrant.account_id).where(
        RoleGrant.role.in_(OFFICES), RoleGrant.scope.in_(["", call_id])
    )
    rows = db.session.execute(
        select(Person.account_id, Person.name, Person.organisation)
        .where(
            or_(Person.account_id.in_(pool), Person.account_id.in_(staff)),
            Person.account_id.not_in(list(beside)),
        )
        .order_by(Person.name, Person.account_id)
    )
    return [Candidate(*row) for row in rows]


def eligible_numbers(call_id: str) -> dict[str, str]:
    """Return the proposals of a call that can be discussed: number to id."""
    rows = db.session.execute(
        select(func.coalesce(Proposal.number, ""), Proposal.id)
        .where(Proposal.call_id == call_id, Proposal.state == ProposalState.ELIGIBLE)
        .order_by(Proposal.number)
    )
    return {number: proposal_id for number, proposal_id in rows}  # noqa: C416 - rows are not pairs


def owing_minutes(call_id: str) -> bool:
    """Whether a call has a panel whose minutes are not approved."""
    panel = panel_of(call_id)
    return panel is not None and panel.state is not PanelState.APPROVED


class Advice(NamedTuple):
    """What an approved panel recommends otherwise than the rule may give."""

    number: str
    recommendation: str
    amount_minor: int
    requested_minor: int
    reason: str


def advice_in(call_id: str) -> list[Advice]:
    """Return what the panel of a call recommends beside the rule, once its minutes are approved."""
    panel = panel_of(call_id)
    if panel is None or panel.state is not PanelState.APPROVED:
        return []
    return [
        Advice(
            row.number,
            row.item.recommendation.value,
            row.item.amount_minor,
            row.requested_minor,
            row.item.reason,
        )
        for row in items_of(panel.id)
        if row.item.recommendation.value != "follow" and row.state is ProposalState.ELIGIBLE
    ]
