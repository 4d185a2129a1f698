"""Writing: saving a review and submitting it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from app.accounts.session import signed_in
from app.core.api import Fault, Problem, Says, TokenScope, operation
from app.core.gate import enforce
from app.core.lens import Lens
from app.reviews import policy, queries, rules, service
from app.reviews.api.room import WrittenTold, bp, told_written
from app.reviews.models import Review, ReviewState
from app.reviews.queries import Opened
from app.reviews.routes.seat import arrived, as_it_arrived, opened_seat
from app.reviews.rules import MOST_LETTERS, Measure, Written
from app.reviews.service import Change, Overtaken

OVERTAKEN = (
    "You saved this review elsewhere meanwhile; `revision` is how far it is. Read it, and send "
    "yours again."
)
TELLTALES = (
    "Some words might tell who you are. Change them, or send `looked` as true after looking at "
    "them."
)
LACKING = "The review cannot be submitted as it is; what is missing or wrong is named."
LONG = Says(longest=MOST_LETTERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewChange:
    """A whole review as it is to be kept, finished or not."""

    revision: Annotated[int, Says("That you read; another one was saved elsewhere.", least=0)]
    grades: Annotated[
        Mapping[str, Annotated[str | None, Says(longest=20)]],
        Says("By key of the criterion; null says that you cannot judge it."),
    ]
    reasons: Mapping[str, Annotated[str, LONG]]
    confidence: Annotated[int | None, Says("1 low, 2 medium, 3 high.", least=1, most=3)] = None
    to_applicant: Annotated[str, LONG] = ""
    to_panel: Annotated[str, LONG] = ""
    to_staff: Annotated[str, LONG] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSubmission:
    """What is said with a review that is submitted."""

    revision: Annotated[int, Says("That you read; no other is submitted.", least=0)]
    no_conflict: Annotated[bool, Says("Having read it all, you know of no conflict of interest.")]
    looked: Annotated[bool, Says("You have looked at words that might tell who you are.")] = False


@bp.put("/reviews/<id:seat_id>/draft")
@operation(
    Lens.REVIEWER,
    policy.may_write,
    TokenScope.REVIEWS_WRITE,
    answers=WrittenTold,
    takes=ReviewChange,
    refuses={409: OVERTAKEN},
)
def save(seat_id: str, body: ReviewChange) -> WrittenTold:
    """Save a review, without submitting it.

    After you submitted, what you save waits beside what you submitted, which counts as it is.
    """
    opened, actor = as_it_arrived(opened_seat(seat_id)), signed_in()
    enforce(policy.may_write(actor, opened.place))
    change = _change(queries.measure_of(opened.call), body)
    try:
        service.save(actor, opened, change)
    except Overtaken as overtaken:
        raise _overtaken(overtaken.review) from overtaken
    return told_written(opened)


def _change(measure: Measure, body: ReviewChange) -> Change:
    """Return what to keep, grades as the scale writes them."""
    known = {criterion.key for criterion in measure.criteria}
    faults = [
        Fault(f"/{part}/{key}", "This call has no such criterion.")
        for part in ("grades", "reasons")
        for key in getattr(body, part)
        if key not in known
    ]
    if faults:
        raise Problem(422, "Parts of the review cannot be kept; each is named.", faults=faults)
    grades = {
        key: None if grade is None else measure.tidy(grade)
        for key, grade in body.grades.items()
        if grade != ""
    }
    written = Written(
        grades=grades,
        reasons=dict(body.reasons),
        confidence=body.confidence,
        to_applicant=body.to_applicant,
        to_panel=body.to_panel,
        to_staff=body.to_staff,
    )
    return Change(revision=body.revision, written=written)


@bp.post("/reviews/<id:seat_id>/submit")
@operation(
    Lens.REVIEWER,
    policy.may_write,
    TokenScope.REVIEWS_SUBMIT,
    answers=WrittenTold,
    takes=ReviewSubmission,
    refuses={409: OVERTAKEN},
    never_turned_away=True,
)
def submit(seat_id: str, body: ReviewSubmission) -> WrittenTold:
    """Submit the review as it is saved. The same request again changes nothing."""
    opened, actor = as_it_arrived(opened_seat(seat_id)), signed_in()
    enforce(policy.may_write(actor, opened.place))
    measure, review = queries.measure_of(opened.call), opened.review
    if review is not None and not _is_in(review):
        if review.revision != body.revision:
            raise _overtaken(review)
        _look_for_problems(measure, queries.working(review))
        _look_for_telltales(opened, looked=body.looked)
    try:
        service.submit(
            actor,
            opened,
            measure,
            looked=body.looked,
            no_conflict=body.no_conflict,
            revision=body.revision,
            received_at=arrived(),
        )
    except Overtaken as overtaken:
        raise _overtaken(overtaken.review) from overtaken
    return told_written(opened)


def _is_in(review: Review) -> bool:
    return review.state is ReviewState.SUBMITTED and not review.changes


def _look_for_problems(measure: Measure, written: Written) -> None:
    found = rules.problems(measure, written)
    if found:
        faults = [Fault(_place_of(one.field), one.sentence) for one in found]
        raise Problem(422, LACKING, kind="incomplete", faults=faults)


def _place_of(field: str) -> str:
    """Return where in a review a field of the form is."""
    start, _line, key = field.partition("_")
    part = {"g": "/grades/", "r": "/reasons/"}.get(start)
    return f"{part}{key}" if part else f"/{field}"


def _look_for_telltales(opened: Opened, *, looked: bool) -> None:
    found = service.telltales(signed_in(), queries.working(opened.review))
    if found and not looked:
        faults = [Fault(_place_of(one.field), str(one.words)) for one in found]
        raise Problem(422, TELLTALES, kind="names-found", faults=faults)


def _overtaken(review: Review) -> Problem:
    return Problem(409, OVERTAKEN, kind="overtaken", more={"revision": review.revision})
