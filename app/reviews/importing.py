"""Reviews of a call that was run elsewhere: submitted, with their exact weighted totals."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.accounts.actor import Actor
from app.calls import policy as calls
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.ledger.canonical import canonical
from app.ledger.service import record
from app.reviewers.models import Seat, SeatState
from app.reviews import queries, rules
from app.reviews.events import ReviewImported
from app.reviews.models import Review, ReviewState, ReviewVersion
from app.reviews.rules import Measure, Written


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """One review as its row tells it; `beside` is kept with it and counts for nothing."""

    seat: Seat
    written: Written
    beside: Mapping[str, str]


def import_reviews(actor: Actor, call: Call, sheets: Sequence[ReviewSheet]) -> None:
    """Store the reviews as submitted, with their totals."""
    enforce(calls.may_run_call(actor, call))
    measure = queries.measure_of(call)
    contents = [_content(measure, sheet) for sheet in sheets]
    now = clock.now()
    reviews = [
        Review(
            seat_id=sheet.seat.id,
            call_id=call.id,
            proposal_id=sheet.seat.proposal_id,
            state=ReviewState.SUBMITTED,
            **{key: value for key, value in content.items() if key != "beside"},
            version=1,
            revision=1,
            saved_at=now,
        )
        for sheet, content in zip(sheets, contents, strict=True)
    ]
    db.session.add_all(reviews)
    for sheet, content, review in zip(sheets, contents, reviews, strict=True):
        sha256 = hashlib.sha256(canonical(content)).hexdigest()
        sheet.seat.state = SeatState.SUBMITTED
        db.session.add(
            ReviewVersion(
                seat_id=sheet.seat.id, number=1, content=content, submitted_at=now, sha256=sha256
            )
        )
        record(actor, ReviewImported(version=1, sha256=sha256), about=review)


def _content(measure: Measure, sheet: ReviewSheet) -> dict[str, Any]:
    exact = rules.total(measure, sheet.written.grades)
    if exact is None:
        enforce(refused(_("A review without a grade of the scale cannot be brought in.")))
        raise AssertionError
    content = {**asdict(sheet.written), "total": rules.as_text(exact)}
    return {**content, "beside": dict(sheet.beside)} if sheet.beside else content
