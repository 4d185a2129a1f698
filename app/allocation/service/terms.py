"""The terms by which money is given, as plain data: the call's own, or others to try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.allocation import attributes, calibrating, queries, stating
from app.allocation.computing import Data
from app.allocation.models import Ranking
from app.calls import award_rule
from app.calls.award_rule import CALL, AwardRule, DrawMode, OrderBy
from app.calls.models import Call
from app.core.db import Json
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.funds import queries as funds
from app.funds.queries import ContributionRow


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


def rule_of(
    call: Call,
    asks: Mapping[str, int],
    terms: Terms | None = None,
    contributions: Sequence[ContributionRow] | None = None,
) -> Data:
    """Return an allocation rule with the money it applies to, as plain data: the call's own, or
    other terms to try."""
    terms = terms or own_terms(call)
    contributions = usable_by(call) if contributions is None else contributions
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
        **stating.more_of(call, terms.rule, keys, asks),
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
        found |= calibrating.order_of(made.result, call.code)
    return {**found, **drawn(ranking)}


def drawn(ranking: Ranking) -> Data:
    """Return what a held draw adds to a rule; nothing before it is held."""
    draw = queries.draw_of(ranking.id)
    if draw is None or draw.held_at is None:
        return {}
    return {
        "draw": {
            "label": draw.label,
            "mode": draw.entrants["mode"],
            "commitment": draw.commitment,
            "seed": draw.record["seed"],
            "surely": draw.record["surely"],
            "selected": draw.record["selected"],
        }
    }


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
