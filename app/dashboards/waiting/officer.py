"""What waits for an officer in each call: a fixed number of queries, however many calls."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.allocation.models import Allocation, AllocationState
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.calls.rules import Phase
from app.core import clock
from app.core.db import db
from app.core.words import _, plural
from app.documents.models import Document, DocumentState
from app.proposals import queries as proposals
from app.proposals.models import Proposal, ProposalState
from app.reviewers import queries as reviewers
from app.reviewers.models import Seat, SeatState
from app.reviewers.rules import LIVE

Values = dict[str, Any]


@dataclass
class Counts:
    """How far one call is."""

    proposals: Counter[ProposalState] = field(default_factory=Counter)
    seats: Counter[SeatState] = field(default_factory=Counter)
    late: int = 0
    short: int = 0  # proposals with fewer reviewers than the call wants
    approved: bool = False
    returned: bool = False
    failed_reports: int = 0


def waiting(actor: Actor) -> list[Values]:
    """Return the calls somebody runs, those that wait for them first."""
    # A desk that is closed tells no counts either.
    closed = proposals.calls_applied_in(actor.id) | reviewers.conflicted_calls(actor.id)
    own = [
        call
        for call in calls.calls_on_desk_of(actor)
        if actor.holds(Role.OFFICER, call.id) and call.id not in closed
    ]
    live = [call for call in own if calls.phase(call) is not Phase.ARCHIVED]
    counts = _counted([call.id for call in live])
    found = [{**call_views.call_row(call), "tasks": tasks(call, counts[call.id])} for call in live]
    return sorted(found, key=lambda call: all(t["state"] == "done" for t in call["tasks"]))


def _counted(ids: list[str]) -> dict[str, Counts]:
    found = {call_id: Counts() for call_id in ids}
    for call_id, state, number in db.session.execute(
        select(Proposal.call_id, Proposal.state, func.count(Proposal.id))
        .where(Proposal.call_id.in_(ids))
        .group_by(Proposal.call_id, Proposal.state)
    ):
        found[call_id].proposals[state] = number
    late = func.count(Seat.id).filter(Seat.due_at < clock.now())
    for call_id, seat_state, number, overdue in db.session.execute(
        select(Seat.call_id, Seat.state, func.count(Seat.id), late)
        .where(Seat.call_id.in_(ids))
        .group_by(Seat.call_id, Seat.state)
    ):
        found[call_id].seats[seat_state] = number
        if seat_state in {SeatState.INVITED, SeatState.ACCEPTED}:
            found[call_id].late += overdue
    for call_id, number in _short_of_reviewers(ids):
        found[call_id].short = number
    for call_id, allocation_state in db.session.execute(
        select(Allocation.call_id, Allocation.state)
        .where(Allocation.call_id.in_(ids))
        .order_by(Allocation.number)
    ):
        found[call_id].approved = allocation_state is AllocationState.APPROVED
        found[call_id].returned = allocation_state is AllocationState.RETURNED
    for call_id, number in db.session.execute(
        select(Document.call_id, func.count(Document.id))
        .where(Document.call_id.in_(ids), Document.state == DocumentState.FAILED)
        .group_by(Document.call_id)
    ):
        found[call_id].failed_reports = number
    return found


def _short_of_reviewers(ids: list[str]) -> Iterable[tuple[str, int]]:
    held = func.count(Seat.id).filter(Seat.state.in_(LIVE))
    each = (
        select(Proposal.call_id, held.label("held"))
        .outerjoin(Seat, Seat.proposal_id == Proposal.id)
        .where(Proposal.call_id.in_(ids), Proposal.state == ProposalState.ELIGIBLE)
        .group_by(Proposal.id, Proposal.call_id)
        .subquery()
    )
    rows = db.session.execute(
        select(each.c.call_id, func.count())
        .join(Call, Call.id == each.c.call_id)
        .where(each.c.held < Call.reviewers_each)
        .group_by(each.c.call_id)
    )
    return [(call_id, number) for call_id, number in rows]


# --- what to do, phase by phase ------------------------------------------------------------------


def tasks(call: Call, counts: Counts) -> list[Values]:  # noqa: PLR0911 - one for each phase
    """Return what waits in a call at its phase, each with where it is done."""
    desk = url_for("desk.show_call", call_id=call.id)
    submitted = counts.proposals[ProposalState.SUBMITTED]
    match calls.phase(call):
        case Phase.DRAFTING:
            return [_task(_("Finish the call and publish it"), desk, _("draft"))]
        case Phase.ANNOUNCED | Phase.OPEN:
            words = plural("%(num)s submitted", "%(num)s submitted", submitted)
            return [_done(_("Nothing to do until it closes"), desk, words)]
        case Phase.CLOSED:
            return _screening(call, submitted, desk)
        case Phase.ASSIGNING:
            return _assigning(call, counts, desk)
        case Phase.REVIEWING:
            return _reviewing(call, counts, desk)
        case Phase.RANKING:
            ranking = url_for("allocation.ranking", call_id=call.id)
            return [_task(_("Make the ranking"), ranking, _("reviews are closed"))]
        case Phase.ALLOCATING | Phase.APPROVING:
            return [_deciding(call, counts)]
        case _:
            return [_reporting(call, counts)]


def _screening(call: Call, submitted: int, desk: str) -> list[Values]:
    if not submitted:
        return [_task(_("Screening is done: begin assigning"), desk, _("your turn"))]
    words = plural("%(num)s to screen", "%(num)s to screen", submitted)
    url = url_for("proposals_desk.list_proposals", call_id=call.id)
    return [_task(_("Decide which proposals are eligible"), url, words)]


def _assigning(call: Call, counts: Counts, desk: str) -> list[Values]:
    if not counts.short:
        return [_task(_("Every proposal has its reviewers: begin reviewing"), desk, _("your turn"))]
    words = plural(
        "%(num)s proposal lacks reviewers", "%(num)s proposals lack reviewers", counts.short
    )
    return [_task(_("Assign reviewers"), url_for("reviewers.assignment", call_id=call.id), words)]


def _reviewing(call: Call, counts: Counts, desk: str) -> list[Values]:
    done = counts.seats[SeatState.SUBMITTED]
    total = sum(counts.seats[state] for state in LIVE)
    progress = url_for("reviews_desk.progress", call_id=call.id)
    told = _("%(done)s of %(total)s reviews are in", done=done, total=total)
    found = []
    if counts.late:
        late = plural("%(num)s review is late", "%(num)s reviews are late", counts.late)
        found.append(_task(_("Remind those who are late"), progress, late, state="wrong"))
    if counts.short:
        words = plural(
            "%(num)s proposal lacks reviewers", "%(num)s proposals lack reviewers", counts.short
        )
        url = url_for("reviewers.assignment", call_id=call.id)
        found.append(_task(_("Find more reviewers"), url, words))
    if total and done == total:
        return [*found, _task(_("All reviews are in: close reviewing and rank"), desk, told)]
    return [*found, _done(_("Reviewing goes on"), progress, told)]


def _deciding(call: Call, counts: Counts) -> Values:
    url = url_for("allocation.desk", call_id=call.id)
    if counts.approved:
        return _task(_("Release the results"), url, _("approved"))
    if calls.phase(call) is Phase.APPROVING:
        return _done(_("The allocation waits for somebody else’s approval"), url, _("waiting"))
    if counts.returned:
        return _task(_("Propose the allocation anew"), url, _("sent back"), state="wrong")
    return _task(_("Propose the allocation"), url, _("your turn"))


def _reporting(call: Call, counts: Counts) -> Values:
    url = url_for("documents.reports", call_id=call.id)
    if counts.failed_reports:
        return _task(
            _("Have reports made again"),
            url,
            plural("%(num)s failed", "%(num)s failed", counts.failed_reports),
            state="wrong",
        )
    return _done(_("The results are released; the reports are here"), url, _("released"))


def _task(label: str, url: str, words: str, *, state: str = "untouched") -> Values:
    return {"label": label, "url": url, "state": state, "words": words}


def _done(label: str, url: str, words: str) -> Values:
    return _task(label, url, words, state="done")
