"""Invariants of panels: who was in the room, what changes the rule, which minutes are approved."""

from collections.abc import Iterator

from sqlalchemy import ScalarSelect, and_, func, or_, select

from app.allocation.for_panels import queries as outlooks
from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.panels import minutes, queries, rules
from app.panels.models import (
    ItemPresence,
    MinutesApproval,
    Office,
    Panel,
    PanelItem,
    PanelMember,
    PanelState,
    Recommendation,
)
from app.proposals.models import Proposal
from app.reviewers.models import STANDS, Conflict

no_rows(
    "panels.own_call",
    "A panel discusses proposals of its own call.",
    lambda: (
        select(PanelItem.id)
        .join(Panel, Panel.id == PanelItem.panel_id)
        .join(Proposal, Proposal.id == PanelItem.proposal_id)
        .where(Proposal.call_id != Panel.call_id)
    ),
)

no_rows(
    "panels.left_the_room",
    "Nobody was in the room for a proposal with which they had a conflict of interest by then.",
    lambda: (
        select(ItemPresence.id)
        .join(PanelItem, PanelItem.id == ItemPresence.item_id)
        .join(PanelMember, PanelMember.id == ItemPresence.member_id)
        .join(
            Conflict,
            and_(
                Conflict.proposal_id == PanelItem.proposal_id,
                Conflict.account_id == PanelMember.account_id,
                STANDS,
            ),
        )
        .where(ItemPresence.absent.is_(None), Conflict.found_at < PanelItem.decided_at)
    ),
)

no_rows(
    "panels.all_accounted_for",
    "For each proposal that was discussed, and no other, the minutes account for every member.",
    lambda: select(PanelItem.id).where(
        or_(
            and_(PanelItem.decided_at.is_not(None), _known() != _sitting()),
            and_(PanelItem.decided_at.is_(None), _known() != 0),
        )
    ),
)

no_rows(
    "panels.reasons",
    "What is recommended otherwise than the rule gives has a reason; only awards have money.",
    lambda: select(PanelItem.id).where(
        or_(
            and_(PanelItem.recommendation != Recommendation.FOLLOW, PanelItem.reason == ""),
            and_(PanelItem.recommendation != Recommendation.AWARD, PanelItem.amount_minor != 0),
        )
    ),
)

no_rows(
    "panels.one_chair",
    "A panel has one chair and one secretary at most.",
    lambda: (
        select(PanelMember.panel_id)
        .where(PanelMember.office != Office.MEMBER)
        .group_by(PanelMember.panel_id, PanelMember.office)
        .having(func.count(PanelMember.id) > 1)
    ),
)


@invariant("panels.minutes", "Approved minutes say what was agreed to, and all of it was.")
def _minutes() -> Iterator[object]:
    for panel in db.session.scalars(select(Panel).where(Panel.state == PanelState.APPROVED)):
        items = queries.items_of(panel.id)
        told = minutes.of_panel(panel, queries.members_of(panel), items)
        decided = [row.item.id for row in items if row.item.decided_at is not None]
        given = db.session.scalars(
            select(MinutesApproval).where(MinutesApproval.panel_id == panel.id)
        )
        open_ones = rules.uncovered(decided, [one.items for one in given])
        if open_ones or rules.digest(told) != panel.sha256:
            yield panel.id


def _known() -> ScalarSelect[int]:
    return (
        select(func.count(ItemPresence.id))
        .where(ItemPresence.item_id == PanelItem.id)
        .scalar_subquery()
    )


def _sitting() -> ScalarSelect[int]:
    return (
        select(func.count(PanelMember.id))
        .where(PanelMember.panel_id == PanelItem.panel_id)
        .scalar_subquery()
    )


@invariant(
    "panels.outlook",
    "What a panel reads of the ranking is of its agenda, and to nobody what is closed to them.",
)
def _outlooks() -> Iterator[object]:
    for panel in db.session.scalars(select(Panel)):
        of_call = select(Proposal.id, Proposal.number).where(Proposal.call_id == panel.call_id)
        numbers = {row.id: row.number for row in db.session.execute(of_call)}
        agenda = queries.agenda_of(panel.id)
        opened = {
            outlooks.key_of(agenda, one.barred): {numbers.get(item) for item in agenda - one.barred}
            for one in queries.members_of(panel)
        }
        for made in outlooks.outlooks_of(panel.id):
            told = set(made.content.get("titles", ()))
            if told - opened.get(made.closed_sha256, set(numbers.values())):
                yield made.id
