"""Rankings, allocations and outcomes as pages need them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.allocation import queries, service
from app.allocation.advice import Advised
from app.allocation.computing import Data
from app.allocation.models import (
    Allocation,
    AllocationState,
    Decision,
    Ranking,
    ScenarioState,
    SignOff,
    SignOffAct,
)
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call, Criterion
from app.core.gate import Refused
from app.core.jobs import progress_about, progress_of
from app.core.money import Money
from app.core.paging import pages_of
from app.core.rows import Columns
from app.core.words import _
from app.funds import queries as funds
from app.funds.models import ContributionState
from app.proposals import queries as proposals

Values = dict[str, Any]
PER_PAGE = 100
MOST_BARS = 100  # a longer chart says nothing that the table does not
WAITING = (AllocationState.PROPOSED, AllocationState.APPROVED)


def decision_words(decision: Decision) -> tuple[str, str, str]:
    """Return words, tone and stage of a decision's chip."""
    return {
        Decision.AWARD: (_("award"), "good", "done"),
        Decision.RESERVE: (_("reserve"), "wait", "part"),
        Decision.DECLINE: (_("decline"), "neutral", "open"),
    }[decision]


_SHOWN = ("rank", "proposal", "shown", "total", "reviews", "spread")


def ranking(call: Call, result: Data, titles: Mapping[str, str]) -> Values:
    """Return the places with their titles; `titles` has those without a place too."""
    places, criteria = result["places"], calls.criteria_of(call.id)
    means, keys = [place["means"] for place in places], [c.key for c in criteria]
    columns = {key: [place[key] for place in places] for key in _SHOWN}
    ranked = set(columns["proposal"])
    shown = Columns(
        title=[titles.get(number, "") for number in columns["proposal"]],
        tied=[bool(place["tied_with"]) for place in places],
        **columns,
        **{f"mean_{key}": [mean[key] or "–" for mean in means] for key in keys},
    )
    return {
        "rows": shown,
        "bars": _bars(call, places[:MOST_BARS]),
        "criteria": [{"key": c.key, "label": c.label} for c in criteria],
        "ties": _ties([place for place in places if place["tied_with"]]),
        "unranked": [number for number in titles if number not in ranked],
        "short": [_short(place, criteria) for place in places if place.get("short_on")],
        "tie_rules": call.tie_rules,
        "scale": {"best": call.scale_best, "worst": call.scale_worst},
    }


def _ties(tied: Sequence[Data]) -> Columns:
    undecided = _("nothing, they stay tied")
    return Columns(
        proposal=[place["proposal"] for place in tied],
        total=[place["total"] for place in tied],
        others=[", ".join(place["tied_with"]) for place in tied],
        rule=[place["decided_by"] or undecided for place in tied],
    )


def _short(place: Data, criteria: Sequence[Criterion]) -> str:
    """Say on which criteria a proposal misses what the call asks."""
    missed = [f"{c.label} ({c.threshold})" for c in criteria if c.key in place["short_on"]]
    return f"{place['proposal']}: {', '.join(missed)}"


def _bars(call: Call, places: Sequence[Data]) -> list[Values]:
    """Return the bars of a chart; those who share a total share the length."""
    lengths = {shown: merit(call, shown) for shown in {place["shown"] for place in places}}
    return [
        {
            "label": place["proposal"],
            "value": lengths[place["shown"]],
            "shown": place["shown"],
            "state": "funded",
        }
        for place in places
    ]


def merit(call: Call, shown: str) -> int:
    """Return how far along from worst to best, in whole percent, for a bar's length."""
    best, worst = Decimal(call.scale_best), Decimal(call.scale_worst)
    return int((Decimal(shown) - worst) / (best - worst) * 100)


def outlook(call: Call, made: Ranking | None) -> Values:
    """Show what the rule would give now, before anything is proposed."""
    if made is None:
        return {"lines": [], "money": None, "trouble": ""}
    try:
        rule, result = service.outlook_for_page(call, made)
    except Refused as refusal:
        return {"lines": [], "money": None, "trouble": str(refusal)}
    if result is None:
        return {"lines": [], "money": None, **_progress(call, made)}
    titles = {p.number: p for p in proposals.in_review(call.id)}
    places = {place["proposal"]: place for place in made.result["places"]}
    lines = [
        _line(
            call,
            titles[line["proposal"]].title,
            titles[line["proposal"]].requested_minor,
            line,
            places,
        )
        for line in result["lines"]
    ]
    values = _with_money(call, lines, rule["budget_minor"], result["spent_minor"])
    return {**values, "offer": service.offer_sha256(made, rule)}


def allocation(call: Call, made: Allocation) -> Values:
    """Show an allocation as it was proposed."""
    from app.core.db import db  # noqa: PLC0415

    ranking_made = db.session.get_one(Ranking, made.ranking_id)
    places = {place["proposal"]: place for place in ranking_made.result["places"]}
    lines = [
        _line(
            call,
            row.title,
            row.requested_minor,
            {
                "proposal": row.number,
                "decision": row.line.decision.value,
                "amount_minor": row.line.amount_minor,
                "reason": row.line.reason,
                "departure": row.line.departure,
                "sources": row.line.sources,
            },
            places,
        )
        for row in queries.lines_of(made.id)
    ]
    values = _with_money(call, lines, made.budget_minor, made.spent_minor)
    if made.state in WAITING:
        stands = service.nobody_left(call, ranking_made.result)
        values["trouble"] = (stands and service.money_stands(call, made)).reason
    return values


def _line(
    call: Call, title: str, requested_minor: int, line: Data, places: Mapping[str, Data]
) -> Values:
    place = places[line["proposal"]]
    words, tone, stage = decision_words(Decision(line["decision"]))
    return {
        **line,
        "title": title,
        "requested_minor": requested_minor,
        "rank": place["rank"],
        "tied": bool(place["tied_with"]),
        "decided_by": place["decided_by"],
        "shown": place["shown"],
        "width": merit(call, place["shown"]),
        "words": words,
        "tone": tone,
        "stage": stage,
        "awarded": line["decision"] == Decision.AWARD.value,
    }


def _with_money(call: Call, lines: list[Values], budget: int, spent: int) -> Values:
    given = funds.all_contributions_of(call.fund_id)
    names = {c.id: c.funder for c in given}
    pots: dict[str, int] = {}
    for line in lines:
        for pot, amount in line["sources"].items():
            pots[pot] = pots.get(pot, 0) + amount
    # What was withdrawn is told only while this allocation still counts on it.
    held = {
        c.id: c.amount_minor
        for c in given
        if c.id in pots or c.state is not ContributionState.WITHDRAWN
    }
    pledged = sum(pots.get(c.id, 0) for c in given if c.state is ContributionState.PLEDGED)
    return {
        "lines": lines,
        "trouble": "",
        "money": {
            "currency": call.currency,
            "budget": Money(budget, call.currency).show(),
            "spent": Money(spent, call.currency).show(),
            "left": Money(budget - spent, call.currency).show(),
            "awards": sum(line["awarded"] for line in lines),
            "pledged": Money(pledged, call.currency).show() if pledged else "",
            "departures": [line for line in lines if line["departure"]],
            "pots": [
                {
                    "name": names[pot],
                    "spent_minor": pots.get(pot, 0),
                    "held_minor": held[pot],
                    "share": round(100 * pots.get(pot, 0) / held[pot]) if held[pot] else 0,
                }
                for pot in held
            ],
        },
    }


def _progress(call: Call, made: Ranking) -> Values:
    """Return how far the job is that computes the call's own rule, or why it could not."""
    own = queries.scenario_numbered(made.id, service.OWN)
    stale = own is not None and service.is_stale(own, call, made)
    if own is not None and own.state is ScenarioState.FAILED and not stale:
        return {"trouble": own.trouble}
    if own is None or own.state is not ScenarioState.QUEUED:
        return {"trouble": "", "computing": {"waiting": False, "percent": 0, "id": ""}}
    percent = progress_of([own.job_id]).get(own.job_id, 0)
    return {"trouble": "", "computing": {"waiting": True, "percent": percent, "id": own.id}}


def prepared(allocation: Allocation) -> Values:
    """Return whether what a release needs is computed, being computed or to be asked for."""
    if allocation.state is not AllocationState.APPROVED or not service.takes_a_while(
        allocation.rule
    ):
        return {"needed": False, "going": False, "percent": 0}
    standing = service.standing_of(allocation)
    percent = progress_about("allocation_id", [allocation.id], [service.PREPARE])
    return {
        "needed": standing != "ready",
        "going": standing == "going",
        "percent": percent.get(allocation.id, 0),
    }


def page_of(lines: Sequence[Values], asked: str, per_page: int = PER_PAGE) -> Values:
    """Return one page of a long table; without one asked for, that where the money ends."""
    pages = pages_of(len(lines), per_page)
    last = max((place for place, line in enumerate(lines) if line["awarded"]), default=0)
    wanted = int(asked) if asked.isdecimal() and len(asked) < 6 else last // per_page + 1  # noqa: PLR2004
    page = min(max(wanted, 1), pages)
    start = (page - 1) * per_page
    shown = lines[start : start + per_page]
    awarded = [line["awarded"] for line in lines]
    line_at = last + 1 - start if all(awarded[: last + 1]) and any(awarded) else 0
    return {
        "lines": shown,
        "page": page,
        "pages": pages,
        "all": len(lines),
        "line_after": line_at if 0 < line_at <= len(shown) else 0,
    }


def departures(allocation: Allocation | None) -> list[Values]:
    """Return the departures of an allocation, each with who agreed to it."""
    if allocation is None:
        return []
    return [
        {
            "number": one.number,
            "words": decision_words(one.decision),
            "amount_minor": one.amount_minor,
            "reason": one.reason,
            "approver": one.approver,
        }
        for one in queries.departures_of(allocation.id)
    ]


def advised(call: Call, found: Sequence[Advised]) -> list[Values]:
    """Return what the panel recommends beside the rule, and whether the lines shown follow it."""
    return [
        {
            "number": one.number,
            "words": decision_words(one.decision),
            "amount": Money(one.amount_minor, call.currency).show() if one.amount_minor else "",
            "reason": one.reason,
            "changes": one.changes,
        }
        for one in found
    ]


def signatures(call: Call, signed: Sequence[SignOff]) -> list[Values]:
    acts = {
        SignOffAct.PROPOSE: _("proposed"),
        SignOffAct.APPROVE: _("approved"),
        SignOffAct.RETURN: _("sent back"),
        SignOffAct.PROPOSE_RELEASE: _("proposed the release"),
        SignOffAct.RELEASE: _("confirmed the release"),
    }
    return [
        {
            "name": s.name,
            "act": acts[s.act],
            "at": call_views.local(call, s.signed_at),
            "reason": s.reason,
        }
        for s in signed
    ]
