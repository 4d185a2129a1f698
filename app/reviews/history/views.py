"""How people reviewed, in words and numbers; and a proposal's reviews as staff read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.calls.models import Call
from app.core.words import _
from app.reviewers.queries import PoolRow
from app.reviews import views
from app.reviews.history.queries import Written
from app.reviews.history.rules import History, mean
from app.reviews.queries import standing
from app.reviews.rules import Measure
from scoring.weighting import show

Values = dict[str, Any]


def history_rows(pool: Sequence[PoolRow], histories: Mapping[str, History]) -> list[Values]:
    """Return one row for each of these people."""
    return [_row(person, histories.get(person.account_id, History())) for person in pool]


def _row(person: PoolRow, told: History) -> Values:
    helped = told.helpfulness
    return {
        "name": person.name,
        "organisation": person.organisation,
        "asked": told.asked,
        "accepted": told.accepted,
        "declined": told.declined,
        "submitted": told.submitted,
        "late": _late(told),
        "helped": f"{show(helped, 1)} ({len(told.ratings)})" if helped is not None else "–",
    }


def _late(told: History) -> str:
    if not told.submitted:
        return "–"
    if not told.late:
        return _("always on time")
    return _(
        "%(late)s of %(all)s late, %(days)s days in the mean",
        late=len(told.late),
        all=told.submitted,
        days=show(mean(told.late), 1),
    )


def rating_words() -> list[tuple[int, str]]:
    return [(1, _("helped little")), (2, _("helped")), (3, _("helped very much"))]


def review_values(call: Call, measure: Measure, written: Sequence[Written]) -> list[Values]:
    return [
        {
            "seat_id": one.review.seat_id,
            "letter": one.letter,
            "written": views.written_values(call, measure, standing(one.review)),
            "rating": one.rating,
        }
        for one in written
    ]
