"""Making awards: one for each funded line, inside the release."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import force_locale

from app.accounts.actor import Actor
from app.allocation import tracing
from app.allocation.models import Decision
from app.allocation.queries import LineRow
from app.allocation.releasing import Release, at_release
from app.awards import queries, rules
from app.awards.events import AwardMade
from app.awards.models import Award
from app.awards.queries import Applied
from app.calls import queries as calls
from app.calls.models import Audience, Call, QuestionKind
from app.core import clock
from app.core.db import Json, db
from app.core.money import Money
from app.funds import queries as funds
from app.funds.queries import ContributionRow
from app.ledger.service import record

LAY_SUMMARY = "lay_summary"  # the question whose answer everybody may read
LANGUAGE = "en"  # of what is published for good, whoever releases it
_WORDS = {QuestionKind.LONG_TEXT, QuestionKind.TEXT}


@at_release
def make_awards(actor: Actor, release: Release) -> None:
    """Write down what was given to whom; from here on everybody may read it."""
    funded = [row for row in release.lines if row.line.decision is Decision.AWARD]
    applied = queries.applied([row.line.proposal_id for row in funded])
    pots = {pot.id: pot for pot in funds.contributions_of(release.call.fund_id)}
    summary = _is_asked(LAY_SUMMARY, release.call.id)
    with force_locale(LANGUAGE):
        for row in funded:
            award = _award(release, row, applied[row.line.proposal_id], pots, summary=summary)
            db.session.add(award)
            record(
                actor,
                AwardMade(award.number, row.number, award.amount_minor, award.currency),
                about=award,
            )


def _award(
    release: Release,
    row: LineRow,
    told: Applied,
    pots: Mapping[str, ContributionRow],
    *,
    summary: bool,
) -> Award:
    call = release.call
    return Award(
        call_id=call.id,
        proposal_id=row.line.proposal_id,
        number=rules.award_number(row.number),
        title=told.title,
        summary=str(told.answers.get(LAY_SUMMARY, "")) if summary else "",
        lead_name=told.lead_name,
        organisation=told.organisation,
        country=told.country,
        amount_minor=row.line.amount_minor,
        currency=call.currency,
        sources=[
            {
                "contribution_id": pot,
                "funder_id": pots[pot].funder_id,
                "funder": pots[pot].funder,
                "amount_minor": minor,
            }
            for pot, minor in row.line.sources.items()
        ],
        months=told.months,
        awarded_on=_released_on(call),
        facts=_facts(release, row, pots),
        released_at=call.released_at,
    )


def _facts(release: Release, row: LineRow, pots: Mapping[str, ContributionRow]) -> Json:
    criteria = calls.criteria_of(release.call.id)
    places = release.ranking["places"]
    place = next(place for place in places if place["proposal"] == row.number)
    paid = [
        (pots[pot].funder, Money(minor, release.call.currency).show())
        for pot, minor in row.line.sources.items()
    ]
    return {
        "proposal": row.number,
        "asked_minor": row.requested_minor,
        "rank": place["rank"],
        "of": len(places),
        "total": place["shown"],
        "reviews": place["reviews"],
        "means": [
            {"label": c.label, "weight": c.weight, "mean": place["means"][c.key]} for c in criteria
        ],
        "departure": row.line.departure,
        "trace": tracing.trace(
            place,
            len(places),
            reason=row.line.reason,
            departure=row.line.departure,
            sources=paid,
            labels={c.key: c.label for c in criteria},
        ),
    }


def _is_asked(key: str, call_id: str) -> bool:
    """Whether the call asks for a summary for everybody; other answers are nobody's to publish."""
    return any(
        question.key == key and question.audience is Audience.SCIENTIFIC and question.kind in _WORDS
        for question in calls.questions_of(call_id)
    )


def _released_on(call: Call) -> date:
    released_at = call.released_at or clock.now()
    return released_at.astimezone(ZoneInfo(call.zone)).date()
