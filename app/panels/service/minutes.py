"""Agreeing to the minutes: the chair, and for what the chair left, somebody who was there."""

from app.accounts.actor import Actor
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.jobs import enqueue
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.panels import minutes, policy, queries, rules
from app.panels.events import MinutesApproved, MinutesSigned
from app.panels.models import MinutesApproval, PanelState
from app.panels.queries import Sitting

MINUTES = "panels.minutes"  # the job of the room that prints them


def approve(actor: Actor, sitting: Sitting, *, seen_sha256: str) -> bool:
    """Agree to the minutes as they were shown; return whether they are approved with that."""
    enforce(policy.may_sit(actor, sitting))
    panel = sitting.panel
    hold(panel)
    mine, sha256 = minutes.to_agree(panel, sitting.members, sitting.me)
    enforce(rules.can_approve(panel.state, seen_sha256, sha256, len(mine)))
    before = queries.approvals_of(panel.id)
    if any(one.member_id == sitting.me.member_id for one in before):
        enforce(refused(_("You agreed to the minutes already.")))
    given = MinutesApproval(
        panel_id=panel.id,
        member_id=sitting.me.member_id,
        items=[row.item.id for row in mine],
        sha256=sha256,
        approved_at=clock.now(),
    )
    db.session.add(given)
    record(actor, MinutesSigned(len(mine), sha256), about=panel)
    items = queries.items_of(panel.id)
    decided = [row.item.id for row in items if row.item.decided_at is not None]
    if rules.uncovered(decided, [one.items for one in (*before, given)]):
        return False
    panel.state, panel.approved_at = PanelState.APPROVED, given.approved_at
    panel.sha256 = rules.digest(minutes.of_panel(panel, sitting.members, items))
    record(actor, MinutesApproved(panel.sha256), about=panel)
    enqueue(MINUTES, {"panel_id": panel.id})
    return True
