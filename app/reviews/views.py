"""Seats and reviews as pages need them. Days, never hours, are shown across the blind."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call, Criterion, Moment
from app.calls.rules import Phase
from app.core.money import Money
from app.core.rows import Columns, addresses, by_column
from app.core.words import _
from app.proposals import queries as proposals
from app.proposals import views as proposal_views
from app.reviewers import queries as reviewers
from app.reviewers.models import SeatState
from app.reviewers.rules import LIVE
from app.reviews import rules
from app.reviews.models import Review, ReviewState
from app.reviews.queries import (
    Beside,
    Listed,
    ListedCall,
    Opened,
    Other,
    Owed,
    SeatsOf,
    standing,
    working,
)
from app.reviews.rules import Measure, Rate, Telltale, Written
from scoring.weighting import show

Values = dict[str, Any]


# --- the reviewer's list -------------------------------------------------------------------------


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
    urls = addresses("reviews.show", "seat_id", [seat.id for seat in seats])
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
        "tasks": [_task(seat, url) for seat, url in zip(seats, urls, strict=True)],
    }


def _asks_at_end(seats: Sequence[Listed]) -> bool:
    """Whether all is in and it is still asked whether there is a conflict."""
    judged = {seat.state for seat in seats} == {SeatState.SUBMITTED}
    return judged and seats[0].call.phase in {Phase.REVIEWING, Phase.RANKING}


def _task(seat: Listed, url: str) -> Values:
    state, words = _stage(seat.call.phase, seat.state, begun=seat.begun, changed=seat.changed)
    return {"label": f"{seat.number} {seat.title}", "url": url, "state": state, "words": words}


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


# --- one seat ------------------------------------------------------------------------------------


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


def scale_values(call: Call, measure: Measure) -> Values:
    """Return the scale as the form draws it."""
    return {
        "typed": measure.typed,
        "lowest": measure.show(measure.scale.lowest),
        "highest": measure.show(measure.scale.highest),
        "best": measure.show(measure.scale.best),
        "step": str(measure.scale.step),
        "anchors": _anchors(call, measure),
    }


def _anchors(call: Call, measure: Measure) -> dict[str, str]:
    return _tidied(call.anchors, measure)


def _tidied(anchors: Mapping[str, Any], measure: Measure) -> dict[str, str]:
    """Return anchors by the grade as the scale writes it ("1" and "1.0" are one grade)."""
    return {measure.tidy(str(grade)): str(words) for grade, words in anchors.items()}


def criteria_values(call: Call, measure: Measure, criteria: Sequence[Criterion]) -> list[Values]:
    """Return the criteria with the anchors of each: its own, else those of the call."""
    own = anchors_by_criterion(call, measure)
    return [
        {
            "key": c.key,
            "weight": c.weight,
            "anchors": own[c.key],
            "differs": bool(c.anchors),
        }
        for c in criteria
    ]


def anchors_by_criterion(call: Call, measure: Measure) -> dict[str, dict[str, str]]:
    return {
        criterion.key: _tidied(criterion.anchors or call.anchors, measure)
        for criterion in calls.criteria_of(call.id)
    }


def written_values(call: Call, measure: Measure, written: Written) -> Values:
    """Return a review as it is read: grades with their words, reasons, comments and the total."""
    anchors = anchors_by_criterion(call, measure)
    exact = rules.total(measure, written.grades)
    return {
        "criteria": [
            {
                "label": criterion.label,
                "weight": str(criterion.weight),
                "grade": _grade_words(
                    written.grades.get(criterion.key, ""), anchors.get(criterion.key, {})
                ),
                "reason": proposal_views.paragraphs(written.reasons.get(criterion.key, "")),
                "field": f"g_{criterion.key}",
            }
            for criterion in measure.criteria
        ],
        "confidence": confidence_words(written.confidence),
        "to_applicant": proposal_views.paragraphs(written.to_applicant),
        "to_panel": proposal_views.paragraphs(written.to_panel),
        "to_staff": proposal_views.paragraphs(written.to_staff),
        "total": show(exact, 2) if exact is not None else "",
        "best": measure.show(measure.scale.best),
    }


def _grade_words(grade: str | None, anchors: Mapping[str, str]) -> str:
    if grade is None:
        return _("cannot judge")
    return f"{grade} – {anchors[grade]}" if grade in anchors else grade


def confidence_words(confidence: int | None) -> str:
    return {1: _("low"), 2: _("medium"), 3: _("high")}.get(confidence or 0, "")


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


def other_values(call: Call, measure: Measure, others: Sequence[Other]) -> list[Values]:
    """Return what others wrote about the proposal; the office's comments are not among it."""
    named = call.reviewers_to_reviewers is not Moment.NEVER
    return [
        {
            "letter": one.letter,
            "name": one.name if named else "",
            "written": {**written_values(call, measure, standing(one.review)), "to_staff": []},
        }
        for one in others
    ]


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


def recognition_values(rate: Rate) -> Values:
    return {"told": rate.told, "answers": rate.answers, "sentence": recognition_words(rate)}


def recognition_words(rate: Rate) -> str:
    """Say how many recognised who applied, in one sentence; nothing of so few that one is told."""
    if not rate.told:
        return ""
    share = Fraction(rate.perhaps + rate.sure, rate.answers) * 100
    return _(
        "Asked after scoring whether they recognised who applied, reviewers answered %(n)s times: "
        "%(no)s no, %(perhaps)s “I think so”, %(sure)s sure (recognised or suspected: "
        "%(share)s %%).",
        n=rate.answers,
        no=rate.no,
        perhaps=rate.perhaps,
        sure=rate.sure,
        share=round(share),
    )


def has_unsent_changes(review: Review | None) -> bool:
    return bool(review and review.state is ReviewState.SUBMITTED and review.changes)


# --- the staff's progress ------------------------------------------------------------------------


_STATES = ("invited", "accepted", "submitted", "closed")


def progress_rows(call: Call, seats: Sequence[SeatsOf]) -> Columns:
    """Return each proposal with its seats by state."""
    known = by_column(" ".join(SeatsOf._fields), seats)
    counts = [_counted(states or "") for states in known.column("states")]
    counted = by_column(" ".join(_STATES), counts)
    each = call.reviewers_each
    return known.with_columns(
        url=addresses(
            "reviewers.assign", "proposal_id", known.column("proposal_id"), call_id=call.id
        ),
        enough=[submitted >= each for submitted in counted.column("submitted")],
        **{name: counted.column(name) for name in _STATES},
    )


@lru_cache(maxsize=1_024)
def _counted(states: str) -> tuple[int, int, int, int]:
    """Count the states of one proposal's seats; they come in few combinations."""
    counts = Counter(map(SeatState, filter(None, states.split(","))))
    closed = sum(n for state, n in counts.items() if state not in LIVE)
    invited, accepted = counts[SeatState.INVITED], counts[SeatState.ACCEPTED]
    return invited, accepted, counts[SeatState.SUBMITTED], closed


def totals_of(rows: Columns) -> Values:
    return {name: sum(rows.column(name)) for name in _STATES}


def owed_rows(call: Call, owed: Sequence[Owed], now: datetime) -> list[Values]:
    """Return each reviewer's seats; `standing` is the next due date and whether it is past."""
    return [
        {
            "name": one.name,
            "invited": one.invited,
            "submitted": one.submitted,
            "owes": one.invited + one.accepted,
            "certified": bool(one.certified),
            "standing": (call_views.local(call, one.due_at), one.due_at < now)
            if one.invited + one.accepted
            else None,
        }
        for one in owed
    ]
