"""What was funded, for programs: what everybody reads after a release."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from flask import Blueprint

from app.awards import queries as awards
from app.awards.models import Award
from app.calls import queries as calls
from app.calls.models import Call
from app.core.api import Listed, PageAsked, Says, listed, operation
from app.core.lens import Lens
from app.transparency.routes import released

bp = Blueprint("api_results", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A released call, in sums: minor units of its currency."""

    code: str
    title: str
    released_at: datetime
    submitted: int
    awards: int
    currency: str
    budget_minor: int
    spent_minor: int
    departures: Annotated[int, Says("From the rule, of what is funded and what is not.")]


@dataclass(frozen=True, slots=True)
class SourceTold:
    """A funder's part of an award."""

    funder: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class AwardTold:
    """What was funded."""

    number: str
    title: str
    summary: str
    lead: str
    organisation: str
    country: Annotated[str, Says("ISO 3166 alpha-2.")]
    amount_minor: int
    currency: str
    months: int
    sources: Sequence[SourceTold]
    departure: Annotated[str, Says("Why the rule was left for it; empty where it was not.")]


@dataclass(frozen=True, slots=True)
class ResultTold:
    """What came of a released call."""

    result: ResultRow
    awards: Annotated[Sequence[AwardTold], Says("By number.")]


@bp.get("/results")
@operation(Lens.PUBLIC, None, None, answers=Listed[ResultRow], asks=PageAsked)
def list_results(asked: PageAsked) -> Listed[ResultRow]:
    """List the calls whose results are released."""
    found = [call for call in calls.published_calls() if call.released_at and call.results]
    return listed(found, asked, _row)


@bp.get("/results/<word:code>")
@operation(Lens.PUBLIC, None, None, answers=ResultTold)
def show_result(code: str) -> ResultTold:
    """Read what was funded in a released call."""
    call = released(code)
    made = sorted(awards.awards_of(call.id), key=lambda award: award.number)
    return ResultTold(_row(call), [_award(award) for award in made])


def _row(call: Call) -> ResultRow:
    assert call.released_at is not None
    told = call.results
    return ResultRow(
        code=call.code,
        title=call.title,
        released_at=call.released_at,
        submitted=told["submitted"],
        awards=told["awards"],
        currency=told["currency"],
        budget_minor=told["budget_minor"],
        spent_minor=told["spent_minor"],
        departures=told["departures"],
    )


def _award(award: Award) -> AwardTold:
    return AwardTold(
        number=award.number,
        title=award.title,
        summary=award.summary,
        lead=award.lead_name,
        organisation=award.organisation,
        country=award.country,
        amount_minor=award.amount_minor,
        currency=award.currency,
        months=award.months,
        sources=[SourceTold(one["funder"], one["amount_minor"]) for one in award.sources],
        departure=award.facts.get("departure", ""),
    )
