"""A decision computed once more from what was kept of it, and stated as a bundle."""

from collections.abc import Mapping, Sequence

from app.allocation import publishing
from app.allocation import queries as allocations
from app.allocation.computing import Data
from app.allocation.models import Allocation, Ranking
from app.allocation.publishing import Decision
from app.allocation.queries import LineRow
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.documents.collecting import counts
from app.ledger import service as ledger

VERSION = "1"  # of what the parts of a bundle mean


def decision_of(
    call: Call, allocation: Allocation, lines: Sequence[LineRow]
) -> tuple[Decision, Data]:
    """Return the decision and its bundle; what does not come out again is refused."""
    ranking = db.session.get_one(Ranking, allocation.ranking_id)
    agreed = {one.number: one.approver for one in allocations.departures_of(allocation.id)}
    departures = [_departure(row, agreed) for row in lines if row.line.departure]
    draw = allocations.draw_of(ranking.id)
    decision = publishing.decide(ranking.inputs, allocation.rule, departures)
    if decision.ranking != ranking.result or decision.hashes["allocation"] != allocation.sha256:
        enforce(
            refused(
                _(
                    "The decision does not come out again from what was kept of it, so it is "
                    "not released. Ask for the ledger to be checked."
                )
            )
        )
    bundle = publishing.published(
        decision,
        departures,
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
    )
    return decision, bundle


def _departure(row: LineRow, agreed: Mapping[str, str]) -> Data:
    return {
        "proposal": row.number,
        "decision": row.line.decision.value,
        "amount_minor": row.line.amount_minor,
        "reason": row.line.departure,
        "approver": agreed.get(row.number, ""),
    }


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
