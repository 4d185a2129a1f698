"""Who is late, in words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.calls import views as call_views
from app.calls.models import Call
from app.core import clock
from app.core.words import _, plural
from app.notifications.models import LetterState
from app.reviewers.reminding.queries import Late
from app.reviewers.reminding.rules import days_left

Values = dict[str, Any]


def delivery_words(state: LetterState | None) -> str:
    if state is None:
        return ""
    return {
        LetterState.HELD: _("held back"),
        LetterState.WAITING: _("on its way"),
        LetterState.SENT: _("sent"),
        LetterState.FAILED: _("could not be delivered"),
    }[state]


def late_rows(call: Call, rows: Sequence[Late]) -> list[Values]:
    found = []
    for row in rows:
        left = days_left(row.due_at, call.zone, clock.now())
        found.append(
            {
                "name": row.name,
                "owed": plural("%(num)s review", "%(num)s reviews", row.reviews),
                "due": call_views.local(call, row.due_at),
                "late": plural("%(num)s day late", "%(num)s days late", -left) if left < 0 else "",
                "reminded": date.fromisoformat(row.reminded) if row.reminded else None,
                "delivery": delivery_words(row.letter),
                "failed": row.letter is LetterState.FAILED,
            }
        )
    return found
