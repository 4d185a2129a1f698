"""What waits for somebody who applies."""

from datetime import timedelta
from typing import Any

from flask import url_for

from app.calls import queries as calls
from app.calls import views as call_views
from app.core import clock
from app.core.words import _
from app.proposals import queries
from app.proposals import views as proposal_views
from app.proposals.models import ProposalState
from app.proposals.queries import OwnRow

Values = dict[str, Any]
SOON = timedelta(days=7)


def waiting(account_id: str) -> Values:
    """Return drafts of open calls, the next to close first, other proposals, and open calls."""
    own = queries.proposals_of(account_id)
    now = clock.now()
    drafts = sorted(
        (row for row in own if _is_draft(row) and row.call.closes_at >= now),
        key=lambda row: (row.call.closes_at, row.id),
    )
    drafted = {row.id for row in drafts}
    begun = {row.call.id for row in own}
    return {
        "drafts": [_values(row, soon=row.call.closes_at - now <= SOON) for row in drafts],
        "others": [_values(row) for row in own if row.id not in drafted],
        "open_calls": [
            call_views.call_row(call) for call in calls.open_calls() if call.id not in begun
        ],
    }


def _is_draft(row: OwnRow) -> bool:
    return row.state in {ProposalState.DRAFT, ProposalState.RETURNED}


def _values(row: OwnRow, *, soon: bool = False) -> Values:
    return {
        "title": row.title or _("Untitled proposal"),
        "number": row.number or "",
        "url": url_for("proposals.show", proposal_id=row.id),
        "chip": proposal_views.state_chip(row.state),
        "call": row.call.title,
        "closes": call_views.local(row.call, row.call.closes_at),
        "soon": soon,
    }
