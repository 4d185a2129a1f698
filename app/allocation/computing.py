"""From reviews to a ranking to money, by the call's rule: plain data in, plain data out.

Everything decided is recomputed from these inputs by anyone with `scoring/`; ids here are the
public proposal numbers and seat letters, so that the data can be published as it stands.
"""

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from app.allocation.placing import Given, Reviews, Terms, places
from app.ledger.canonical import canonical
from scoring.allocation import (
    Award,
    Contribution,
    Entry,
    Threshold,
    points_of,
    split_over_contributions,
    words,
)
from scoring.allocation.decide import Rule, decide, least_of, merit_points
from scoring.allocation.programme import Constraint, Objective

Data = dict[str, Any]


class Judged(NamedTuple):
    """One submitted review: whose proposal by number, which seat by letter, which grades."""

    proposal: str
    seat: str
    grades: Mapping[str, str | None]


def ranking_inputs(
    *,
    call: str,
    scale: Mapping[str, str],
    criteria: Sequence[Mapping[str, str]],
    tie_rules: Sequence[str],
    reviews: Sequence[Judged],
    thresholds: Sequence[Mapping[str, str]] = (),
) -> Data:
    """Return everything the ranking is computed from, in a fixed order.

    `thresholds` are means needed on criteria: key and limit; those of no call are left out.
    """
    return {
        **({"thresholds": [dict(one) for one in thresholds]} if thresholds else {}),
        "call": call,
        "scale": dict(scale),
        "criteria": [dict(criterion) for criterion in criteria],
        "tie_rules": list(tie_rules),
        "reviews": [
            {"proposal": r.proposal, "seat": r.seat, "grades": dict(r.grades)}
            for r in sorted(reviews, key=lambda r: (r.proposal, r.seat))
        ],
    }


def ranking_result(inputs: Data) -> Data:
    """Compute the weighted totals, places, ties and how each tie was broken.

    Totals are exact: a proposal's total is the mean of its reviews' weighted means. Raises
    scoring.InputError for weights or scales that cannot be used.
    """
    given: dict[str, list[Given]] = {}
    for review in inputs["reviews"]:
        given.setdefault(review["proposal"], []).append(tuple(review["grades"].items()))
    return ranking_of(inputs, {number: Reviews(reviews) for number, reviews in given.items()})


def ranking_of(inputs: Data, given: Mapping[str, Reviews]) -> Data:
    """Do it with the reviews of each proposal at hand, by seat letter, whatever `inputs` has."""
    return {"places": places(Terms.of(inputs), given)}


def tie_rule_problem(names: Sequence[str], keys: Sequence[str]) -> str:
    """Return the first name that is no rule for ties, or nothing."""
    known = {"spread", "hash", *(f"criterion:{key}" for key in keys)}
    return next((name for name in names if name not in known), "")


# --- money ---------------------------------------------------------------------------------------


def allocation_result(ranking: Data, rule: Data, departures: Sequence[Data] = ()) -> Data:
    """Give the money by the call's rule, then apply reasoned departures.

    `rule`: budget_minor, when_unaffordable, reserve, threshold ("" for none), lower_is_better,
    asks (proposal and minor units), contributions (id, amount_minor, earmark), and where the call
    says more than rank order what `scoring_rule` reads. A departure names proposal, decision,
    amount_minor and reason. Raises ValueError (scoring.InputError among them) with a sentence when
    the money does not suffice or the rules cannot hold together.
    """
    return departed(by_rule(ranking, rule), rule, departures)


def by_rule(ranking: Data, rule: Data) -> Data:
    """Return what the rule alone gives, before its sources are told."""
    decided = decide(entries_of(ranking, rule), merits_of(ranking, rule), scoring_rule(rule))
    return {
        "lines": [
            {
                "proposal": line.id,
                "decision": line.decision.value,
                "amount_minor": line.amount_minor,
                "reason": words[line.reason],
                "departure": "",
            }
            for line in decided.lines
        ],
        "line_after": decided.line_after or "",
    }


def departed(decided: Data, rule: Data, departures: Sequence[Data]) -> Data:
    """Apply departures to what the rule gives, and say where the money comes from."""
    lines = _departed(decided["lines"], departures)
    spent = sum(line["amount_minor"] for line in lines)
    if spent > rule["budget_minor"]:
        raise OverBudgetError(spent, rule["budget_minor"])
    told = attributes_in(rule)
    awards = [
        Award(line["proposal"], line["amount_minor"], told.get(line["proposal"], {}))
        for line in lines
        if line["amount_minor"]
    ]
    sources = split_over_contributions(awards, contributions_of(rule))
    return {
        "lines": [{**line, "sources": dict(sources.get(line["proposal"], {}))} for line in lines],
        "spent_minor": spent,
        "left_minor": rule["budget_minor"] - spent,
        "line_after": decided["line_after"],
    }


def attributes_in(rule: Data) -> dict[str, dict[str, str]]:
    """Return what a rule needs to know of the proposals, by number."""
    return {one["proposal"]: one["told"] for one in rule.get("attributes", ())}


def contributions_of(rule: Data) -> list[Contribution]:
    return [Contribution(c["id"], c["amount_minor"], c["earmark"]) for c in rule["contributions"]]


def scoring_rule(rule: Data) -> Rule:
    """Return a rule as `scoring` takes it: objective, constraints and requires may be absent."""
    lower = rule["lower_is_better"]
    return Rule(
        budget_minor=rule["budget_minor"],
        objective=Objective(rule.get("objective", "rank")),
        when_unaffordable=rule["when_unaffordable"],
        reserve=rule["reserve"],
        threshold=Threshold(Decimal(rule["threshold"]), lower) if rule["threshold"] else None,
        contributions=tuple(contributions_of(rule)),
        constraints=tuple(_constraint(one) for one in rule.get("constraints", ())),
        requires=tuple((first, second) for first, second in rule.get("requires", ())),
        seed=rule.get("call", ""),
    )


def _constraint(one: Data) -> Constraint:
    return Constraint(
        one["attribute"],
        one["equals"],
        min_share=Fraction(one["min_share"]) if "min_share" in one else None,
        max_share=Fraction(one["max_share"]) if "max_share" in one else None,
        min_count=one.get("min_count"),
        max_count=one.get("max_count"),
    )


def entries_of(ranking: Data, rule: Data) -> list[Entry]:
    """Return the ranked proposals in the order in which money is offered."""
    lower, told = rule["lower_is_better"], attributes_in(rule)
    asks = {ask["proposal"]: ask["minor"] for ask in rule["asks"]}
    percent = rule.get("least_percent", 100)
    totals = {place["proposal"]: Fraction(place["total"]) for place in ranking["places"]}
    short = {place["proposal"]: tuple(place.get("short_on", ())) for place in ranking["places"]}
    return [
        Entry(
            number,
            asks[number],
            least_of(asks[number], percent),
            points=points_of(totals[number], lower_is_better=lower),
            short_on=short[number],
            attributes=told.get(number, {}),
        )
        for number in order_of(ranking, rule)
    ]


def order_of(ranking: Data, rule: Data) -> list[str]:
    """Return the order of the rule: by raw total and tie rules, or as the rule states it; where
    there was a draw, those sure of a place first, then the drawn, then the rest."""
    order = rule.get("order") or [place["proposal"] for place in ranking["places"]]
    draw = rule.get("draw")
    if draw is None:
        return list(order)
    sure, drawn = set(draw["surely"]), set(draw["selected"])
    return sorted(order, key=lambda one: 0 if one in sure else 1 if one in drawn else 2)


def merits_of(ranking: Data, rule: Data) -> dict[str, int]:
    """Return whole points of merit: of the raw totals, or as the rule states them."""
    if "merits" in rule:
        return {one["proposal"]: one["points"] for one in rule["merits"]}
    scale = rule.get("scale")
    if scale is None:
        return {}
    best, worst = Fraction(scale["best"]), Fraction(scale["worst"])
    return {
        place["proposal"]: merit_points(Fraction(place["total"]), best, worst)
        for place in ranking["places"]
    }


class OverBudgetError(ValueError):
    """More is awarded than the fund holds."""

    def __init__(self, spent_minor: int, budget_minor: int) -> None:
        super().__init__(f"{spent_minor} is more than {budget_minor}")
        self.spent_minor, self.budget_minor = spent_minor, budget_minor


def _departed(lines: list[Data], departures: Sequence[Data]) -> list[Data]:
    by_number = {departure["proposal"]: departure for departure in departures}
    return [
        {
            **line,
            "decision": departure["decision"],
            "amount_minor": departure["amount_minor"],
            "departure": departure["reason"],
        }
        if (departure := by_number.get(line["proposal"]))
        else line
        for line in lines
    ]


def sha256_of(data: Data) -> str:
    """Return the hash of plain data in its canonical form."""
    return hashlib.sha256(canonical(data)).hexdigest()
