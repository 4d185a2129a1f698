"""Setting up a panel, its people and its agenda: the officer's work, until the meeting begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.panels import notices, policy, queries, rules
from app.panels.events import (
    AgendaSet,
    MemberAppointed,
    MemberDismissed,
    PanelChanged,
    PanelDissolved,
    PanelPrepared,
)
from app.panels.models import Office, Panel, PanelItem, PanelMember, PanelState
from app.panels.order import standing_order
from app.panels.queries import ItemRow
from app.panels.service.looking import look_again
from app.reviewers import queries as reviewers


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where a panel meets, and how many must be in the room."""

    name: str
    meets_at: datetime
    place: str
    quorum: int


def prepare(actor: Actor, call: Call, plan: Plan) -> Panel:
    """Set up the panel of a call, or change when and where it meets."""
    enforce(policy.may_prepare(actor, call))
    hold(call)
    panel = queries.panel_of(call.id)
    told = (plan.name, clock.to_text(plan.meets_at), plan.quorum)
    if panel is None:
        panel = Panel(
            call_id=call.id,
            name=plan.name,
            meets_at=plan.meets_at,
            place=plan.place,
            quorum=plan.quorum,
        )
        db.session.add(panel)
        record(actor, PanelPrepared(*told), about=panel)
        return panel
    enforce(rules.can_change(panel.state))
    panel.name, panel.meets_at = plan.name, plan.meets_at
    panel.place, panel.quorum = plan.place, plan.quorum
    record(actor, PanelChanged(*told), about=panel)
    return panel


def dissolve(actor: Actor, call: Call, panel: Panel) -> None:
    """Do without a panel that has not met."""
    enforce(policy.may_prepare(actor, call))
    hold(panel)
    enforce(rules.can_change(panel.state))
    record(actor, PanelDissolved(), about=panel)
    for table in (PanelItem, PanelMember):
        db.session.execute(delete(table).where(table.panel_id == panel.id))
    db.session.delete(panel)


def appoint(actor: Actor, call: Call, panel: Panel, account_id: str, office: Office) -> None:
    """Let somebody of the pool or the staff sit in the panel; nobody who applies in the call."""
    enforce(policy.may_prepare(actor, call))
    hold(panel)
    enforce(rules.can_change(panel.state))
    sitting = queries.member_rows(panel.id)
    known = {one.account_id: one for one in queries.candidates(call.id)}
    if account_id not in known:
        enforce(refused(_("This person is neither in the pool nor of the staff of the call.")))
    if any(one.account_id == account_id for one in sitting):
        enforce(refused(_("%(name)s sits in the panel already.", name=known[account_id].name)))
    if office is not Office.MEMBER and any(one.office is office for one in sitting):
        enforce(refused(_("That office is taken. Dismiss whoever holds it first.")))
    if reviewers.applies_in(call.id, account_id):
        enforce(
            refused(
                _(
                    "%(name)s has an interest in this call as a whole and cannot sit in its panel.",
                    name=known[account_id].name,
                )
            )
        )
    member = PanelMember(
        panel_id=panel.id, account_id=account_id, office=office, name=known[account_id].name
    )
    db.session.add(member)
    notices.tell_appointed(account_id, call, panel)
    record(actor, MemberAppointed(office.value), about=member)
    look_again(panel)


def dismiss(actor: Actor, call: Call, panel: Panel, member: PanelMember) -> None:
    enforce(policy.may_prepare(actor, call))
    hold(panel)
    enforce(rules.can_change(panel.state))
    record(actor, MemberDismissed(member.office.value), about=member)
    db.session.delete(member)


def set_agenda(actor: Actor, call: Call, panel: Panel, numbers: Sequence[str]) -> int:
    """Put proposals on the agenda: those named, in that order; with none named, all as they are
    ranked now. Return how many."""
    enforce(policy.may_prepare(actor, call))
    hold(panel)
    enforce(rules.can_change(panel.state))
    known = queries.eligible_numbers(call.id)
    wanted = list(dict.fromkeys(numbers)) or [n for n in standing_order(call) if n in known]
    unknown = [number for number in wanted if number not in known]
    if unknown:
        enforce(
            refused(
                _(
                    "Not a proposal that is judged in this call: %(numbers)s. Write one number on "
                    "each line.",
                    numbers=", ".join(unknown[:20]),
                )
            )
        )
    if not wanted:
        enforce(refused(_("No proposal of this call is ranked yet, so there is no order.")))
    db.session.execute(delete(PanelItem).where(PanelItem.panel_id == panel.id))
    db.session.add_all(
        PanelItem(panel_id=panel.id, proposal_id=known[number], position=position)
        for position, number in enumerate(wanted, 1)
    )
    record(actor, AgendaSet(len(wanted), by_ranking=not numbers), about=panel)
    look_again(panel)
    return len(wanted)


def take_off(actor: Actor, call: Call, panel: Panel, row: ItemRow) -> None:
    """Take an item that is not discussed yet off the agenda, also while the panel meets: all of
    them may have a conflict with it."""
    enforce(policy.may_prepare(actor, call))
    hold(panel, row.item)
    if row.item.decided_at is not None or panel.state not in {
        PanelState.PREPARING,
        PanelState.MEETING,
    }:
        enforce(refused(_("%(number)s was discussed; it stays.", number=row.number)))
    db.session.delete(row.item)
    left = len(queries.items_of(panel.id)) - 1
    record(actor, AgendaSet(left, by_ranking=False), about=panel)
    look_again(panel)
