"""The blueprint that programs ask about reviews, and what a seat is to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from flask import Blueprint, url_for

from app.core.api import Says
from app.reviewers.models import SeatState
from app.reviews import queries, rules, views
from app.reviews.queries import Opened

bp = Blueprint("api_reviews", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class OwnSeat:
    """Your place at a proposal."""

    id: str
    number: Annotated[str, Says("Of the proposal.")]
    title: str
    call: Annotated[str, Says("Code of the call.")]
    state: SeatState
    due_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerRead:
    """An answer as reviewers read it."""

    key: str
    label: str
    text: str
    file_url: Annotated[str, Says("Where its blinded copy is; empty where it is no file.")]


@dataclass(frozen=True, slots=True)
class Applicants:
    """Who applies, where and when the call tells its reviewers."""

    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class WrittenTold:
    """A review as you go on with it."""

    revision: Annotated[int, Says("Name it when you save or submit.")]
    submitted_version: Annotated[int, Says("0 until you submit.")]
    unsent_changes: Annotated[bool, Says("Saved since you submitted, and not submitted.")]
    grades: Annotated[Mapping[str, str | None], Says("By criterion; null: cannot judge.")]
    reasons: Mapping[str, str]
    confidence: int | None
    to_applicant: str
    to_panel: str
    to_staff: str
    problems: Annotated[Sequence[str], Says("What keeps it from being submitted.")]


@dataclass(frozen=True, slots=True)
class SeatTold:
    """A seat with what may be read there now."""

    seat: OwnSeat
    may_write: bool
    reason: Annotated[str, Says("Why not, where you may not.")]
    answers: Annotated[Sequence[AnswerRead], Says("Before you accept, the summary alone.")]
    requested_minor: Annotated[int | None, Says("In minor units of the call's currency.")]
    months: int | None
    applicants: Applicants | None
    review: WrittenTold | None


def told_seat(opened: Opened) -> OwnSeat:
    return OwnSeat(
        id=opened.seat.id,
        number=opened.proposal.number or "",
        title=opened.version.title,
        call=opened.call.code,
        state=opened.seat.state,
        due_at=opened.seat.due_at,
    )


def told_answers(opened: Opened) -> list[AnswerRead]:
    """Return the blinded proposal by the same function as the page."""
    files = opened.version.answers
    return [
        AnswerRead(
            key=one["key"],
            label=one["label"],
            text="" if one["is_file"] else one["text"],
            file_url=url_for(
                "api_reviews.show_file", seat_id=opened.seat.id, file_id=files[one["key"]]
            )
            if one["file"]
            else "",
        )
        for section in views.proposal_values(opened)["sections"]
        for one in section["answers"]
    ]


def told_written(opened: Opened) -> WrittenTold:
    review = opened.review
    written = queries.working(review)
    problems = rules.problems(queries.measure_of(opened.call), written)
    return WrittenTold(
        revision=review.revision if review else 0,
        submitted_version=review.version if review else 0,
        unsent_changes=views.has_unsent_changes(review),
        grades=written.grades,
        reasons=written.reasons,
        confidence=written.confidence,
        to_applicant=written.to_applicant,
        to_panel=written.to_panel,
        to_staff=written.to_staff,
        problems=[one.sentence for one in problems],
    )
