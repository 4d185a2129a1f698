"""Known conflicts as their page needs them."""

from collections.abc import Sequence

from app.calls import views as call_views
from app.calls.blinding import is_sealed
from app.calls.models import Call
from app.core.words import _
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
        }
        for row in conflicts
    ]


def _was_found(row: ConflictRow) -> bool:
    return not row.declared and not row.entered_by


def _source(row: ConflictRow) -> str:
    if row.declared:
        return _("declared by the reviewer")
    return _("entered by staff") if row.entered_by else _("found in the records")
