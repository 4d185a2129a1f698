"""The meeting: who came, who leaves for what, what was said and recommended."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete

from app.accounts.actor import Actor
from app.calls.queries import phase
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.panels import minutes, policy, queries, rules
from app.panels.events import (
    AttendanceNoted,
    ItemDecided,
    ItemRead,
    MeetingClosed,
    MeetingOpened,
    PanelConflictDeclared,
    PanelFileRead,
)
from app.panels.models import (
    Absence,
    ItemPresence,
    MinutesApproval,
    PanelItem,
    PanelState,
    Recommendation,
)
from app.panels.queries import Discussed, Sitting
from app.panels.rules import Sits
from app.panels.service.looking import look_again
from app.proposals.models import BlindedFile
from app.proposals.rules import tidy
from app.reviewers.models import Conflict, ConflictKind


@dataclass(frozen=True, slots=True)
class Said:
    """What is written down of one item, and the revision it was written on."""

    revision: int
    note: str
    recommendation: Recommendation
    amount_minor: int
    reason: str


def note_here(actor: Actor, sitting: Sitting, member_ids: Collection[str]) -> None:
    """Say who is at the meeting now; items that are written down already stay as they are."""
    enforce(policy.may_lead(actor, sitting))
    hold(sitting.panel)
    if sitting.panel.state not in {PanelState.PREPARING, PanelState.MEETING}:
        enforce(refused(_("The meeting is over.")))
    rows = queries.member_rows(sitting.panel.id)
    for one in rows:
        one.here = one.id in member_ids
    here = sum(one.here for one in rows)
    record(actor, AttendanceNoted(here), about=sitting.panel)


def open_meeting(actor: Actor, sitting: Sitting) -> None:
    enforce(policy.may_lead(actor, sitting))
    panel = sitting.panel
    hold(panel)
    enforce(rules.can_prepare(phase(sitting.call)))
    items = len(queries.items_of(panel.id))
    enforce(rules.can_open(panel.state, sitting.members, items, panel.quorum))
    panel.state, panel.opened_at = PanelState.MEETING, clock.now()
    record(actor, MeetingOpened(sum(one.here for one in sitting.members)), about=panel)


def note_reading(actor: Actor, sitting: Sitting, found: Discussed) -> None:
    """Record that somebody of the panel read a proposal and its reviews."""
    enforce(policy.may_read(actor, sitting, found.proposal.id))
    record(actor, ItemRead(), about=found.item)


def note_file(actor: Actor, sitting: Sitting, found: Discussed, file: BlindedFile) -> None:
    enforce(policy.may_read(actor, sitting, found.proposal.id))
    record(actor, PanelFileRead(sha256=file.sha256), about=found.item)


def declare_conflict(
    actor: Actor, sitting: Sitting, found: Discussed, *, kind: ConflictKind, detail: str
) -> None:
    """Declare a conflict of one's own: from now on the item does not exist for this person."""
    enforce(policy.may_declare(actor, sitting, found.proposal.id))
    hold(sitting.panel)
    if sitting.panel.state is not PanelState.APPROVED:
        _leave_out(sitting, sitting.me, found.item)
    db.session.add(
        Conflict(
            call_id=sitting.call.id,
            proposal_id=found.proposal.id,
            account_id=actor.id,
            kind=kind,
            declared=True,
            detail=tidy(detail),
            found_at=clock.now(),
        )
    )
    record(actor, PanelConflictDeclared(kind.value), about=found.item)
    look_again(sitting.panel)


def decide(actor: Actor, sitting: Sitting, found: Discussed, said: Said) -> None:
    """Write down what was said of an item and what the panel recommends.

    Who is in the room is kept with the first decision; later corrections change the words alone,
    and whoever agreed to the minutes before agrees again.
    """
    enforce(policy.may_record(actor, sitting, found.proposal.id))
    panel, item = sitting.panel, found.item
    hold(panel, item)
    enforce(rules.can_record(panel.state))
    enforce(rules.can_save(said.revision, item.revision))
    enforce(rules.can_recommend(said.recommendation, said.reason, said.amount_minor))
    if item.decided_at is None:
        there = rules.in_the_room(sitting.members, found.proposal.id)
        enforce(rules.can_decide(len(there), panel.quorum))
        db.session.add_all(_presence(item.id, found.proposal.id, one) for one in sitting.members)
        item.presided = rules.presides(sitting.members, found.proposal.id, sitting.me).name
        item.decided_at = clock.now()
    item.note = tidy(said.note)[: rules.MOST_LETTERS]
    item.recommendation, item.amount_minor = said.recommendation, said.amount_minor
    item.reason = tidy(said.reason)[: rules.MOST_LETTERS]
    item.revision += 1
    _ask_again(sitting, item)
    _record_decided(actor, sitting, found)


def _ask_again(sitting: Sitting, item: PanelItem) -> None:
    """Let those agree anew who agreed to what is written otherwise by now; to the others it would
    tell that something they may not know of was written. So it would to whoever agreed and has a
    conflict since: theirs stays, without the item."""
    for one in sitting.members:
        if item.proposal_id in one.barred:
            _leave_out(sitting, one, item)
    stale = [one.id for one in queries.approvals_of(sitting.panel.id) if item.id in one.items]
    db.session.execute(delete(MinutesApproval).where(MinutesApproval.id.in_(stale)))
    db.session.flush()


def _leave_out(sitting: Sitting, one: Sits, item: PanelItem) -> None:
    """Take an item out of what somebody agreed to; others who were in the room agree to it."""
    panel = sitting.panel
    for given in queries.approvals_of(panel.id):
        if given.member_id != one.member_id or item.id not in given.items:
            continue
        given.items = [kept for kept in given.items if kept != item.id]
        rows = [row for row in queries.items_of(panel.id) if row.item.id in given.items]
        given.sha256 = rules.digest(minutes.of_panel(panel, sitting.members, rows))
        if not rows:
            db.session.delete(given)
    db.session.flush()


def _presence(item_id: str, proposal_id: str, one: Sits) -> ItemPresence:
    absent = None if one.here else Absence.AWAY
    if proposal_id in one.barred:
        absent = Absence.CONFLICT
    return ItemPresence(item_id=item_id, member_id=one.member_id, absent=absent)


def _record_decided(actor: Actor, sitting: Sitting, found: Discussed) -> None:
    rows = [row for row in queries.items_of(sitting.panel.id) if row.item.id == found.item.id]
    told = minutes.of_panel(sitting.panel, sitting.members, rows)
    (one,) = told["items"]
    record(
        actor,
        ItemDecided(
            recommendation=found.item.recommendation.value,
            present=len(one["present"]),
            left=len(one["left"]),
            sha256=rules.digest(one),
        ),
        about=found.item,
    )


def close_meeting(actor: Actor, sitting: Sitting) -> None:
    """End the meeting once everything on the agenda is written down."""
    enforce(policy.may_lead(actor, sitting))
    panel = sitting.panel
    hold(panel)
    items = queries.items_of(panel.id)
    open_ones = minutes.undecided(items)
    seen = [row.number for row in minutes.seen_by(sitting.me, open_ones)]
    enforce(rules.can_close(panel.state, seen))
    if open_ones:
        enforce(refused(_("What is discussed without you is not written down yet.")))
    panel.state, panel.closed_at = PanelState.CLOSED, clock.now()
    record(actor, MeetingClosed(len(items)), about=panel)
