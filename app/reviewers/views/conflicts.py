"""Known conflicts as their page needs them."""

from collections.abc import Sequence

from flask import url_for

from app.accounts.actor import Actor
from app.calls import views as call_views
from app.calls.blinding import is_sealed
from app.calls.models import Call
from app.core.words import _
from app.reviewers import queries
from app.reviewers.queries import ConflictRow
from app.reviewers.views.words import Values, conflict_words


def conflict_rows(call: Call, conflicts: Sequence[ConflictRow]) -> list[Values]:
    """Return the known conflicts; why one was found tells who applies, so a seal covers that."""
    sealed = is_sealed(call)
    return [
        {
            "name": row.name,
            "number": row.number,
            "title": row.title,
            "kind": _("sealed") if sealed and _was_found(row) else conflict_words(row.kind),
            "source": _source(row),
            "detail": "" if sealed and _was_found(row) else row.detail,
            "on": call_views.local(call, row.found_at),
            "set_aside": row.set_aside_because,
            "set_aside_url": ""
            if row.declared or row.set_aside_because is not None or sealed
            else url_for("reviewers.set_aside", call_id=call.id, conflict_id=row.id),
        }
        for row in conflicts
    ]


def _was_found(row: ConflictRow) -> bool:
    return not row.declared and not row.entered_by


def interest_rows(actor: Actor, calls: Sequence[Call]) -> list[Values]:
    """Return the calls somebody works on, and how they stand to each."""
    shut = queries.conflicted_calls(actor.id)
    return [
        {
            "code": call.code,
            "title": call.title,
            "state": _("closed to you") if call.id in shut else "",
            "url": "" if call.id in shut else url_for("interests.declare", call_id=call.id),
        }
        for call in calls
    ]


def _source(row: ConflictRow) -> str:
    if row.declared:
        return _("declared by the person")
    return _("entered by staff") if row.entered_by else _("found in the records")
