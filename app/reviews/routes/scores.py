"""The staff's table of all scores as a file. It names seats by their letters and nobody."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import lru_cache

from flask import Response
from sqlalchemy import select

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.core import clock
from app.core.access import access
from app.core.csv_file import csv_response, inert
from app.core.db import db
from app.core.few import as_text, from_text
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.proposals.models import Proposal, Version
from app.reviewers.models import Seat, SeatState
from app.reviewers.rules import JUDGED
from app.reviews import policy
from app.reviews.models import Review, ReviewState
from app.reviews.routes.desk import bp
from scoring.weighting import show

_AT_ONCE = 500
_FIXED = ("proposal", "title", "seat", "version", "saved_at", "confidence")


@bp.get("/reviews.csv")
@access(Lens.STAFF, policy.may_see_scores)
def scores(call_id: str) -> Response:
    """Send one line for each review that counts, with its grades and its exact total."""
    call = require(calls.get_call(call_id))
    enforce(policy.may_see_scores(signed_in(), call))
    keys = [criterion.key for criterion in calls.criteria_of(call.id)]
    head = [*_FIXED, *(inert(key) for key in keys), "total", "total_exact"]
    return csv_response(f"{call.code}-reviews.csv", head, _lines(call.id, keys))


def _lines(call_id: str, keys: Sequence[str]) -> Iterator[Sequence[object]]:
    rows = db.session.execute(
        select(
            Proposal.number,
            Version.title,
            Seat.letter,
            Review.version,
            Review.saved_at,
            Review.confidence,
            as_text(Review.grades),
            Review.total,
        )
        .join(Seat, Seat.id == Review.seat_id)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .join(Version, Version.id == Proposal.version_id)
        .where(
            Review.call_id == call_id,
            Review.state == ReviewState.SUBMITTED,
            Seat.state == SeatState.SUBMITTED,
            Proposal.state.in_(JUDGED),
        )
        .order_by(Proposal.number, Seat.letter)
        .execution_options(yield_per=_AT_ONCE)
    )
    for number, title, letter, version, saved_at, confidence, grades, total in rows:
        yield (
            number,
            inert(title),
            letter,
            version,
            _day_and_time(saved_at),
            confidence,
            *_grades(from_text(grades), keys),
            _rounded(total),
            total,
        )


def _day_and_time(instant: datetime) -> str:
    return clock.to_text(instant)


def _grades(grades: Mapping[str, str | None], keys: Sequence[str]) -> list[str | None]:
    return [grades.get(key) for key in keys]


@lru_cache(maxsize=4096)
def _rounded(total: str | None) -> str:
    """Return an exact total as it is published; grades come in few combinations."""
    return "" if total is None else show(Fraction(total))
