"""One seat: the proposal beside its form, and the seats before and after it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Moment
from app.core.money import Money
from app.core.words import _
from app.proposals import queries as proposals
from app.proposals import views as proposal_views
from app.reviewers import queries as reviewers
from app.reviewers.models import SeatState
from app.reviews.models import Review, ReviewState
from app.reviews.queries import Beside, Opened
from app.reviews.rules import Measure, Telltale

Values = dict[str, Any]


def seat_values(opened: Opened) -> Values:
    call = opened.call
    return {
        "id": opened.seat.id,
        "number": opened.proposal.number,
        "title": opened.version.title,
        "call": call.title,
        "code": call.code,
        "call_url": url_for("calls.show_call", code=call.code),
        "due": call_views.local(call, opened.seat.due_at),
        "blinding": call_views.blinding_words(call.blinding),
        "accepted": opened.seat.state is not SeatState.INVITED,
        "submitted": opened.seat.state is SeatState.SUBMITTED,
    }


def applicants(opened: Opened) -> Values | None:
    """Return who applies, where and when the call tells its reviewers; else None."""
    if opened.call.applicants_to_reviewers is Moment.NEVER:
        return None
    shown = reviewers.shown_identity(opened.seat.id)
    return {"name": shown.lead_name, "organisation": shown.organisation} if shown else None


def proposal_values(opened: Opened, *, on_paper: bool = False) -> Values:
    """Return the blinded proposal, by the same function as the applicants' preview; for whoever
    reads plain words the summary in such words comes first. On paper nothing has an address."""
    version, call = opened.version, opened.call
    named = set(version.answers.values())
    found = proposal_views.science(
        number=opened.proposal.number,
        title=version.title,
        answers=version.answers,
        questions=calls.questions_of(call.id),
        files={
            copy.id: proposal_views.file_values(
                copy,
                ""
                if on_paper
                else url_for("reviews.show_file", seat_id=opened.seat.id, file_id=copy.id),
            )
            for copy in proposals.blinded_files(opened.proposal.id)
            if copy.id in named
        },
        requested=Money(version.requested_minor, call.currency),
        months=version.months,
        currency=call.currency,
        plan_url="" if on_paper else url_for("reviews.show_plan", seat_id=opened.seat.id),
    )
    return {**found, "sections": _summary_first(found["sections"])} if opened.plain else found


def _summary_first(sections: list[Values]) -> list[Values]:
    answers = [answer for section in sections for answer in section["answers"]]
    first = [answer for answer in answers if _is_summary(answer)][:1]
    rest = [
        {**section, "answers": [one for one in section["answers"] if one not in first]}
        for section in sections
    ]
    told = [{"title": _("In plain words"), "answers": first}] if first else []
    return [*told, *(section for section in rest if section["answers"])]


def _is_summary(answer: Values) -> bool:
    return "summary" in answer["key"] and bool(answer["text"])


def summary_of(opened: Opened) -> list[Values]:
    """Return what is needed to judge a conflict: the lay summary where the form asks for one,
    else the first scientific answer."""
    sections = proposal_values(opened)["sections"]
    answers = [answer for section in sections for answer in section["answers"] if answer["text"]]
    lay = [answer for answer in answers if _is_summary(answer)]
    return (lay or answers)[:1]


def telltale_values(found: Sequence[Telltale], measure: Measure) -> list[Values]:
    labels = {f"r_{criterion.key}": criterion.label for criterion in measure.criteria}
    labels |= {
        "to_applicant": _("Comment to the applicants"),
        "to_panel": _("Comment to the panel"),
    }
    return [{"label": labels[one.field], "field": one.field, "words": one.words} for one in found]


def saved_words(review: Review | None) -> datetime | None:
    return review.saved_at if review is not None and review.revision else None


def beside_values(seat_id: str, own: Sequence[Beside]) -> Values:
    """Return how far one is in the call, and the seats before and after this one."""
    ids = [one.seat_id for one in own]
    here = ids.index(seat_id) if seat_id in ids else 0
    return {
        "done": sum(one.state is SeatState.SUBMITTED for one in own),
        "taken": len(own),
        "before": _neighbour(own[here - 1]) if here > 0 else None,
        "after": _neighbour(own[here + 1]) if here + 1 < len(own) else None,
    }


def _neighbour(one: Beside) -> Values:
    return {"number": one.number, "url": url_for("reviews.show", seat_id=one.seat_id)}


def next_open(seat_id: str, own: Sequence[Beside]) -> Values | None:
    """Return the next seat whose review is not in, after this one and then from the first on."""
    ids = [one.seat_id for one in own]
    here = ids.index(seat_id) + 1 if seat_id in ids else 0
    left = [one for one in (*own[here:], *own[:here]) if one.state is SeatState.ACCEPTED]
    return _neighbour(left[0]) if left else None


def has_unsent_changes(review: Review | None) -> bool:
    return bool(review and review.state is ReviewState.SUBMITTED and review.changes)
