"""Agreeing to the minutes: the chair, and for what the chair left, somebody who was there."""

from collections.abc import Iterable

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
    if minutes.agreed(sitting.me, mine, before):
        enforce(refused(_("You agreed to the minutes already.")))
    others = [one.items for one in before if one.member_id != sitting.me.member_id]
    given = _own(sitting, before)
    given.items, given.sha256 = [row.item.id for row in mine], sha256
    given.approved_at = clock.now()
    db.session.add(given)
    record(actor, MinutesSigned(len(mine), sha256), about=panel)
    items = queries.items_of(panel.id)
    decided = [row.item.id for row in items if row.item.decided_at is not None]
    if rules.uncovered(decided, [*others, given.items]):
        return False
    panel.state, panel.approved_at = PanelState.APPROVED, given.approved_at
    panel.sha256 = rules.digest(minutes.of_panel(panel, sitting.members, items))
    record(actor, MinutesApproved(panel.sha256), about=panel)
    enqueue(MINUTES, {"panel_id": panel.id})
    return True


def _own(sitting: Sitting, before: Iterable[MinutesApproval]) -> MinutesApproval:
    """Return the agreement of who asks: that of before, where more is there to agree to since."""
    mine = sitting.me.member_id
    own = next((one for one in before if one.member_id == mine), None)
    return own or MinutesApproval(panel_id=sitting.panel.id, member_id=mine)
