"""The staff's table of all scores as a file. It names seats by their letters and nobody."""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from flask import Response

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.core.access import access
from app.core.csv_file import ENDING, lines_response, quoted
from app.core.few import from_text
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.table_file import guarded
from app.core.web import require
from app.reviews import policy, queries
from app.reviews.routes.desk import bp
from scoring.weighting import show

_FIXED = ("proposal", "title", "seat", "version", "saved_at", "confidence")


@bp.get("/reviews.csv")
@access(Lens.STAFF, policy.may_see_scores)
def scores(call_id: str) -> Response:
    """Send one line for each review that counts, with its grades and its exact total."""
    call = require(calls.get_call_with_criteria(call_id))
    enforce(policy.may_see_scores(signed_in(), call))
    keys = tuple(criterion.key for criterion in calls.criteria_of(call.id))
    head = [*_FIXED, *(guarded(key) for key in keys), "total", "total_exact"]
    return lines_response(f"{call.code}-reviews.csv", head, _pieces(call.id, keys))


def _pieces(call_id: str, keys: tuple[str, ...]) -> Iterator[str]:
    """Write the lines of each batch. Only a title is words that somebody typed: the rest needs no
    quotes, and comes in few combinations or written from the database."""
    for batch in queries.scores_in(call_id):
        yield "".join(
            [
                f"{number},{_title(title)},{seat},{_grades(grades, keys)},{_totals(total)}{ENDING}"
                for number, title, seat, grades, total in batch
            ]
        )


@lru_cache(maxsize=1)  # reviews of one proposal follow each other
def _title(text: str) -> str:
    return quoted(guarded(text))


@lru_cache(maxsize=4096)
def _grades(text: str, keys: tuple[str, ...]) -> str:
    """Return the cells of one review's grades, by criterion; they come in few combinations."""
    grades = from_text(text)
    return ",".join(quoted(grades.get(key) or "") for key in keys)


@lru_cache(maxsize=4096)
def _totals(total: str | None) -> str:
    """Return the cells of a total, as it is published and exact."""
    return "," if total is None else f"{show(Fraction(total))},{total}"
