"""One's own reviews: the list, and all of a call beside each other."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from app.calls.rules import Phase
from app.core.rows import addresses
from app.core.words import _
from app.reviewers.models import SeatState
from app.reviews import rules
from app.reviews.queries import Listed, ListedCall, Opened, working
from app.reviews.rules import Measure
from app.reviews.views.grades import confidence_words
from scoring.weighting import show

Values = dict[str, Any]


def own_calls(account_id: str, seats: Sequence[Listed]) -> list[Values]:
    """Return the calls somebody reviews in, each with its seats and how far they are."""
    by_call: dict[str, list[Listed]] = {}
    for seat in seats:
        if rules.is_there(seat.place(account_id)):
            by_call.setdefault(seat.call.id, []).append(seat)
    return [_own_call(group) for group in by_call.values()]


def _own_call(seats: list[Listed]) -> Values:
    call = seats[0].call
    states = [seat.state for seat in seats]
    return {
        "title": call.title,
        "code": call.code,
        "fictional": call.fictional,
        "url": url_for("calls.show_call", code=call.code),
        "open": _is_open(call),
        "due": min(seat.due_at for seat in seats).astimezone(ZoneInfo(call.zone)),
        "overview_url": url_for("reviews.overview", call_id=call.id),
        "offline_url": url_for("offline.overview", call_id=call.id),
        "certify_url": url_for("ending.certify", call_id=call.id) if _asks_at_end(seats) else "",
        "done": states.count(SeatState.SUBMITTED),
        "taken": len(states) - states.count(SeatState.INVITED),
        "tasks": _tasks(call.phase, seats),
    }


def _asks_at_end(seats: Sequence[Listed]) -> bool:
    """Whether all is in and it is still asked whether there is a conflict."""
    judged = {seat.state for seat in seats} == {SeatState.SUBMITTED}
    return judged and seats[0].call.phase in {Phase.REVIEWING, Phase.RANKING}


def _tasks(phase: Phase, seats: Sequence[Listed]) -> list[Values]:
    """Return the seats as the list shows them; what is said of each kind is found once."""
    urls = addresses("reviews.show", "seat_id", [seat.id for seat in seats])
    kinds = [(seat.state, seat.begun, seat.changed) for seat in seats]
    said = {kind: _stage(phase, kind[0], begun=kind[1], changed=kind[2]) for kind in set(kinds)}
    return [
        {
            "place": place,
            "url": url,
            "label": f"{seat.number} {seat.title}",
            "said": said[kind],
            "state": said[kind][0],
            "words": said[kind][1],
        }
        for place, (seat, url, kind) in enumerate(zip(seats, urls, kinds, strict=True), 1)
    ]


def _is_open(call: ListedCall) -> bool:
    return call.phase in _REVIEWED


_REVIEWED = frozenset({Phase.ASSIGNING, Phase.REVIEWING})


def _stage(phase: Phase, seat: SeatState, *, begun: bool, changed: bool) -> tuple[str, str]:
    """Say how far a seat is, or what became of it once reviewing is over."""
    if phase not in _REVIEWED:
        return _outcome(seat)
    match seat:
        case SeatState.INVITED:
            return "untouched", _("Accept or decline")
        case SeatState.SUBMITTED if changed:
            return "seen", _("Submitted, with changes not sent")
        case SeatState.SUBMITTED:
            return "done", _("Submitted")
        case _ if phase is Phase.ASSIGNING:
            return "blocked", _("Accepted, not begun yet")
    return ("seen", _("Begun")) if begun else ("optional", _("Accepted, not begun"))


def _outcome(seat: SeatState) -> tuple[str, str]:
    return {
        SeatState.SUBMITTED: ("done", _("Submitted")),
        SeatState.INVITED: ("blocked", _("Not answered")),
    }.get(seat, ("blocked", _("Not submitted")))


def overview_rows(measure: Measure, own: Sequence[Opened]) -> list[Values]:
    """Return one's own reviews of a call side by side, as they are written by now."""
    rows = []
    for opened in own:
        written = working(opened.review)
        exact = rules.total(measure, written.grades)
        review = opened.review
        state, words = _stage(
            opened.place.phase,
            opened.seat.state,
            begun=bool(review and review.revision),
            changed=bool(review and review.changes),
        )
        rows.append(
            {
                "number": opened.proposal.number,
                "title": opened.version.title,
                "url": url_for("reviews.show", seat_id=opened.seat.id),
                "grades": [_short(written.grades.get(c.key, "")) for c in measure.criteria],
                "total": show(exact, 2) if exact is not None else "",
                "confidence": confidence_words(written.confidence),
                "state": state,
                "words": words,
            }
        )
    return rows


def _short(grade: str | None) -> str:
    return "–" if grade is None else grade
