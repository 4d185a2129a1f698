"""A decision computed once more from what was kept of it, and stated as a bundle."""

from collections.abc import Sequence

from app.allocation import publishing, service
from app.allocation import queries as allocations
from app.allocation.computing import Data
from app.allocation.models import Allocation
from app.allocation.publishing import Decision, Prepared
from app.allocation.queries import LineRow
from app.calls.models import Call
from app.core import clock
from app.documents.collecting import counts
from app.ledger import service as ledger

VERSION = "1"  # of what the parts of a bundle mean


def decision_of(
    call: Call, allocation: Allocation, lines: Sequence[LineRow], prepared: Prepared | None = None
) -> tuple[Decision, Data]:
    """Return the decision and its bundle, as they were `prepared` or computed here; what does not
    come out again is refused."""
    made = prepared or service.computed_anew(allocation)
    agreed = {one.number: one.approver for one in allocations.departures_of(allocation.id)}
    draw = allocations.draw_of(allocation.ranking_id)
    bundle = publishing.published(
        made.decision,
        service.departures_in(lines, agreed),
        call={
            "title": call.title,
            "rules_sha256": call.rules_sha256,
            "closed_at": clock.to_text(call.closes_at),
        },
        conflicts=_conflicts(call),
        approvals=_approvals(allocation),
        ledger={"checkpoint": ledger.issue_checkpoint()},
        versions={"bundle": VERSION},
        entrants=draw.entrants if draw else None,
        derived=made.derived,
    )
    return made.decision, bundle


def _conflicts(call: Call) -> list[Data]:
    """Say how many conflicts of interest were handled in which way, and never whose."""
    found = counts.conflicts(call.id)
    return [
        {"handled": handled, "count": getattr(found, handled)}
        for handled in ("declared", "detected", "stopped", "reassigned")
    ]


def _approvals(allocation: Allocation) -> list[Data]:
    return [
        {
            "act": signed.act.value,
            "name": signed.name,
            "at": clock.to_text(signed.signed_at),
            "sha256": signed.sha256,
        }
        for signed in allocations.signatures_of(allocation.id)
        if signed.sha256 == allocation.sha256
    ]
