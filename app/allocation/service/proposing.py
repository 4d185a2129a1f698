"""Proposing an allocation by the call's rule, with reasoned departures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.accounts.actor import Actor
from app.allocation import (
    attributes,
    calibrating,
    computing,
    policy,
    queries,
    rules,
    stating,
    troubles,
)
from app.allocation.computing import Data
from app.allocation.events import AllocationProposed
from app.allocation.models import (
    Allocation,
    AllocationLine,
    Calibration,
    Decision,
    Ranking,
    SignOffAct,
)
from app.allocation.service.signing import sign
from app.allocation.service.standing import nobody_left
from app.calls import award_rule
from app.calls import queries as calls
from app.calls.award_rule import CALL, AwardRule, DrawMode, OrderBy
from app.calls.models import Call, CallState
from app.core import clock
from app.core.db import Json, db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.money import Money
from app.core.verdict import refused
from app.core.words import _
from app.funds import queries as funds
from app.funds.queries import ContributionRow
from app.ledger.service import record
from app.panels import queries as panels
from app.proposals import queries as proposals
from scoring.errors import InputError


@dataclass(frozen=True, slots=True)
class Departure:
    """A reasoned exception to the rule for one proposal, by number."""

    number: str
    decision: Decision
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides besides ranking and money: the call's own terms, or others to try."""

    rule: AwardRule
    when_unaffordable: str
    threshold: str
    reserve: int
    budget_minor: int | None = None  # of all the money, only so much


def own_terms(call: Call) -> Terms:
    """Return what the call has published."""
    return Terms(
        award_rule.from_data(call.award_rule),
        call.when_unaffordable,
        call.threshold,
        call.reserve_places,
    )


def rule_of(call: Call, asks: Mapping[str, int], terms: Terms | None = None) -> Data:
    """Return an allocation rule with the money it applies to, as plain data: the call's own, or
    other terms to try."""
    terms = terms or own_terms(call)
    contributions = usable_by(call)
    best, worst = float(call.scale_best), float(call.scale_worst)
    keys = attributes.keys_of(terms.rule, [c.earmark for c in contributions])
    held = sum(c.free_minor for c in contributions)
    return {
        "name": "rank order",
        "currency": call.currency,
        "budget_minor": held if terms.budget_minor is None else min(terms.budget_minor, held),
        "when_unaffordable": terms.when_unaffordable,
        "reserve": terms.reserve,
        "threshold": terms.threshold,
        "lower_is_better": best < worst,
        "asks": [{"proposal": number, "minor": minor} for number, minor in sorted(asks.items())],
        "contributions": [
            {
                "id": c.id,
                "funder": c.funder,
                "amount_minor": c.free_minor,
                "earmark": attributes.published_earmark(c.earmark, keys),
            }
            for c in contributions
        ],
        **stating.more_of(call, terms.rule, keys),
    }


def order_in(call: Call, made: Calibration) -> Data:
    """Return the order and the merits that follow from a calibration."""
    return {
        "order": calibrating.order_by_expected_rank(made.result, call.code),
        "merits": calibrating.merits_by_expected_rank(made.result),
    }


def settled(call: Call, ranking: Ranking, rule: Data) -> Data:
    """Return the call's own rule with the order and the draw that it asks for, as far as they are
    there; what a calibration is needed for is refused without."""
    terms = award_rule.from_data(call.award_rule)
    if not terms.needs_calibration:
        return rule
    made = queries.calibration_of(ranking.id)
    if made is None:
        enforce(
            refused(
                _("The calibration that the rule goes by is not computed yet. Come back shortly.")
            )
        )
        raise AssertionError
    found = {**rule, "calibration": calibrating.stated(made.places)}
    if terms.order_by is OrderBy.CALIBRATED:
        found |= order_in(call, made)
    draw = queries.draw_of(ranking.id)
    if draw is not None and draw.held_at is not None:
        found["draw"] = {
            "label": draw.label,
            "mode": draw.entrants["mode"],
            "commitment": draw.commitment,
            "seed": draw.record["seed"],
            "surely": draw.record["surely"],
            "selected": draw.record["selected"],
        }
    return found


def draw_is_held(ranking: Ranking) -> bool:
    draw = queries.draw_of(ranking.id)
    return draw is not None and draw.held_at is not None


def draw_is_needed(call: Call, ranking: Ranking) -> bool:
    """Whether the rule asks for a draw that is not held, and somebody would be in it."""
    if award_rule.from_data(call.award_rule).draw is DrawMode.NONE:
        return False
    draw, made = queries.draw_of(ranking.id), queries.calibration_of(ranking.id)
    if draw is not None:
        return draw.held_at is None
    line = made.result["line"] if made else None
    return bool(line and len(line["draw"]) > line["places"])


def usable_by(call: Call) -> list[ContributionRow]:
    """Return the contributions that may pay awards of the call, less what other calls promised.

    An earmark for calls has done its work here, so it is not told on.
    """
    rows = [row for row in funds.contributions_of(call.fund_id) if row.free_minor]
    mine = [row for row in rows if call.code in _calls(row.earmark, call.code)]
    return [
        row._replace(earmark={name: v for name, v in row.earmark.items() if name != CALL})
        for row in mine
    ]


def _calls(earmark: Json, default: str) -> list[str]:
    wanted = earmark.get(CALL, default)
    return [wanted] if isinstance(wanted, str) else list(wanted)


def outlook(
    call: Call, ranking: Ranking, departures: Sequence[Departure] = ()
) -> tuple[Data, Data]:
    """Return rule and result as an allocation would be now; a refusal says what does not fit."""
    enforce(nobody_left(call, ranking.result))
    asks = {p.number: p.requested_minor for p in proposals.in_review(call.id)}
    rule = settled(call, ranking, rule_of(call, asks))
    for departure in departures:
        _check_departure(departure, ranking, call)
    try:
        result = computing.allocation_result(
            ranking.result,
            rule,
            [
                {
                    "proposal": d.number,
                    "decision": d.decision.value,
                    "amount_minor": d.amount_minor,
                    "reason": d.reason,
                }
                for d in departures
            ],
        )
    except computing.OverBudgetError as over:
        enforce(
            refused(
                _(
                    "That is %(spent)s, but the fund holds %(budget)s: %(over)s too much.",
                    spent=Money(over.spent_minor, call.currency).show(),
                    budget=Money(over.budget_minor, call.currency).show(),
                    over=Money(over.spent_minor - over.budget_minor, call.currency).show(),
                )
            )
        )
        raise
    except (InputError, ValueError) as error:
        enforce(refused(troubles.words_of(error, rule)))
        raise
    return rule, result


def _check_departure(departure: Departure, ranking: Ranking, call: Call) -> None:
    known = {place["proposal"] for place in ranking.result["places"]}
    if departure.number not in known:
        enforce(refused(_("%(number)s is not in the ranking.", number=departure.number)))
    if not departure.reason.strip():
        enforce(
            refused(
                _(
                    "A departure from the rule needs its reason: give one for %(number)s.",
                    number=departure.number,
                )
            )
        )
    if (departure.decision is Decision.AWARD) != (departure.amount_minor > 0):
        enforce(
            refused(
                _(
                    "%(number)s: an award needs an amount above zero, anything else needs none.",
                    number=departure.number,
                )
            )
        )
    del call


def propose(actor: Actor, call: Call, departures: Sequence[Departure] = ()) -> Allocation:
    """Propose an allocation by the call's rule, with any departures, for others to approve."""
    enforce(policy.may_propose(actor, call))
    hold(call)
    enforce(rules.can_propose(calls.phase(call)))
    enforce(rules.can_go_without_minutes(owing=panels.owing_minutes(call.id)))
    ranking = queries.latest_ranking(call.id)
    if ranking is None:
        enforce(refused(_("Make the ranking first.")))
        raise AssertionError
    enforce(rules.can_go_without_draw(needed=draw_is_needed(call, ranking)))
    rule, result = outlook(call, ranking, departures)
    content = {
        "call": call.code,
        "ranking_sha256": ranking.result_sha256,
        "rule": rule,
        "result": result,
    }
    allocation = Allocation(
        call_id=call.id,
        ranking_id=ranking.id,
        number=queries.allocations_made(call.id) + 1,
        rule=rule,
        budget_minor=rule["budget_minor"],
        spent_minor=result["spent_minor"],
        currency=call.currency,
        sha256=computing.sha256_of(content),
        proposed_by=actor.id,
        proposed_at=clock.now(),
    )
    db.session.add(allocation)
    db.session.flush()
    ids = {p.number: p.id for p in proposals.in_review(call.id)}
    for position, line in enumerate(result["lines"], 1):
        db.session.add(
            AllocationLine(
                allocation_id=allocation.id,
                proposal_id=ids[line["proposal"]],
                position=position,
                decision=Decision(line["decision"]),
                amount_minor=line["amount_minor"],
                sources=line["sources"],
                reason=line["reason"],
                departure=line["departure"],
            )
        )
    sign(actor, allocation, SignOffAct.PROPOSE)
    call.state = CallState.APPROVING
    record(
        actor,
        AllocationProposed(
            number=allocation.number,
            content_sha256=allocation.sha256,
            spent_minor=allocation.spent_minor,
            budget_minor=allocation.budget_minor,
            currency=allocation.currency,
            departures=len(departures),
        ),
        about=allocation,
    )
    return allocation
