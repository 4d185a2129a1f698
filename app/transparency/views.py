"""What the public reads of decisions: only what stands in public tables, after the release."""

from decimal import Decimal
from typing import Any

from flask import url_for

from app.awards import queries as awards
from app.awards.models import Award
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.countries import country_name
from app.core.money import Money
from app.documents.views import size_words

Values = dict[str, Any]
LONGEST_SUMMARY = 400  # characters on the page of results


def open_calls() -> list[Values]:
    return [
        {
            **call_views.call_row(call),
            "amount": Money(call.award_ceiling_minor, call.currency).show()
            if call.award_ceiling_minor
            else "",
            "funder_line": call.code,
        }
        for call in calls.open_calls()
    ]


def released_calls() -> list[Values]:
    return [
        {
            **call_views.call_row(call),
            "url": url_for("transparency.call_results", code=call.code),
            "released_at": call_views.local(call, call.released_at),
            **_money(call),
        }
        for call in calls.published_calls()
        if call.released_at is not None and call.results
    ]


def _money(call: Call) -> Values:
    told = call.results
    return {
        "awards": told["awards"],
        "submitted": told["submitted"],
        "spent": Money(told["spent_minor"], told["currency"]).show(),
        "left": Money(told["budget_minor"] - told["spent_minor"], told["currency"]).show(),
        "budget": Money(told["budget_minor"], told["currency"]).show(),
    }


def results(call: Call) -> Values:
    """Return what was funded in a released call."""
    assert call.released_at is not None
    made = list(awards.awards_of(call.id))
    report = call.results.get("report")
    return {
        "call": {
            **call_views.public_page(call),
            "released_at": call_views.local(call, call.released_at),
        },
        "told": {**call.results, **_money(call)},
        "awards": sorted(map(_award, made), key=lambda award: award["rank"]),
        "departures_elsewhere": _not_funded(call.results.get("departures", 0), made),
        "countries": by_country(made),
        "report": report and {**report, "size": size_words(report["size"])},
    }


def _award(award: Award) -> Values:
    shown = award.summary[:LONGEST_SUMMARY]
    return {
        "number": award.number,
        "title": award.title,
        "summary": award.summary,
        "short": shown if shown == award.summary else shown.rsplit(" ", 1)[0] + " …",
        "lead": award.lead_name,
        "organisation": award.organisation,
        "country": country_name(award.country),
        "amount_minor": award.amount_minor,
        "currency": award.currency,
        "months": award.months,
        "sources": [
            {"funder": s["funder"], "amount": Money(s["amount_minor"], award.currency).show()}
            for s in award.sources
        ],
        "means": [
            {**mean, "mean": mean["mean"] if mean["mean"] is not None else "–"}
            for mean in award.facts.get("means", [])
        ],
        "rank": award.facts.get("rank"),
        "total": award.facts.get("total"),
        "trace": award.facts.get("trace", []),
        "departure": award.facts.get("departure", ""),
    }


def _not_funded(departures: int, made: list[Award]) -> int:
    """Return how many departures concern what was not funded: nobody outside learns who applied, so
    no more is told of them than the report does by number."""
    if any("departure" not in award.facts for award in made):
        return 0  # an award of before tells its departure among the steps of the rule
    return departures - sum(bool(award.facts["departure"]) for award in made)


def by_country(made: list[Award]) -> list[Values]:
    """Return what went to each country of a lead organisation, the most first."""
    sums: dict[str, int] = {}
    for award in made:
        sums[award.country] = sums.get(award.country, 0) + award.amount_minor
    currency = made[0].currency if made else ""
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return [
        {
            "label": country_name(code),
            "value": Decimal(minor),
            "shown": Money(minor, currency).show(),
        }
        for code, minor in ordered
    ]
