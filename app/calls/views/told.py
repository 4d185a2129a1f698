"""A call in a row or a line of time, as far as the audience of the page may know how far it is."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from app.calls import queries
from app.calls.models import Call
from app.calls.rules import ORDER, Phase
from app.calls.views.words import phase_words
from app.core.lens import Lens
from app.core.words import _
from app.core.work import current_work

Values = dict[str, Any]


_TONES = {Phase.OPEN: "active", Phase.RELEASED: "good", Phase.ARCHIVED: "neutral"}


def local(call: Call, instant: datetime) -> datetime:
    return instant.astimezone(ZoneInfo(call.zone))


# Whether a ranking is made, or an allocation waits or was sent back, is for those inside to know.
DECIDING = (Phase.RANKING, Phase.ALLOCATING, Phase.APPROVING)

INSIDE = (Lens.STAFF, Lens.AUDITOR, Lens.SYSTEM)


def told_phase(call: Call) -> tuple[Phase, str]:
    """Return the phase with its words, as far as the audience of this page may know it."""
    phase = queries.phase(call)
    if phase in DECIDING and current_work().lens not in INSIDE:
        return Phase.RANKING, _("being decided")
    return phase, phase_words(phase)


def call_row(call: Call) -> Values:
    phase, words = told_phase(call)
    return {
        "id": call.id,
        "code": call.code,
        "title": call.title,
        "summary": call.summary,
        "fictional": call.fictional,
        "phase": phase.value,
        "phase_words": words,
        "tone": _TONES.get(phase, "wait"),
        "opens": local(call, call.opens_at),
        "closes": local(call, call.closes_at),
        "zone": call.zone,
        "open": phase is Phase.OPEN,
        "released": phase in {Phase.RELEASED, Phase.ARCHIVED},
        "url": url_for("calls.show_call", code=call.code),
        "desk_url": url_for("desk.show_call", call_id=call.id),
    }


def timeline(call: Call) -> list[Values]:
    now, _words = told_phase(call)
    inside = current_work().lens in INSIDE
    dates = {
        Phase.OPEN: call.opens_at,
        Phase.CLOSED: call.closes_at,
        Phase.RELEASED: call.released_at,
    }
    hidden = {Phase.DRAFTING, Phase.ARCHIVED, *(() if inside else DECIDING[1:])}
    shown = [phase for phase in ORDER if phase not in hidden]
    return [
        {
            "label": _label(phase, inside=inside).capitalize(),
            "state": "now"
            if phase is now
            else "past"
            if ORDER.index(phase) < ORDER.index(now)
            else "ahead",
            "when": f"{local(call, moment):%-d %b %Y %H:%M}"
            if (moment := dates.get(phase))
            else "",
        }
        for phase in shown
    ]


def _label(phase: Phase, *, inside: bool) -> str:
    return phase_words(phase) if inside or phase is not Phase.RANKING else _("being decided")
