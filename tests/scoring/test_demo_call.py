"""The demonstration call: its exact tie, and where its money ends."""

import csv
import json
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from scoring.weighting import (
    Criterion,
    ReviewTotal,
    Scale,
    check_grade,
    check_weights,
    proposal_total,
    rank,
    review_total,
)
from tests.realdata import real_data


def test_two_proposals_tie_exactly_and_the_money_ends_after_the_eleventh() -> None:
    text = real_data("demo_call", "call.json").read_text(encoding="utf-8")
    call = json.loads(text, parse_float=Decimal)
    scale = Scale(*(Decimal(call["score_scale"][name]) for name in ("best", "worst", "step")))
    criteria = [Criterion(c["key"], c["label"], c["weight"]) for c in call["criteria"]]
    check_weights(criteria)
    reviews: dict[str, list[ReviewTotal]] = defaultdict(list)
    with real_data("demo_call", "reviews.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            grades = {c.key: Decimal(row[c.key]) for c in criteria}
            for grade in grades.values():
                check_grade(scale, grade)
            reviews[row["proposal_no"]].append(review_total(criteria, grades))

    places = rank({key: proposal_total(totals) for key, totals in reviews.items()}, scale)

    assert [(p.id, p.tied_with) for p in places if p.tied_with] == [
        ("ICR26-017", ("ICR26-025",)),
        ("ICR26-025", ("ICR26-017",)),
    ]
    asked = asks_in_usd(call["fx_usd_per_unit"])
    money_left = Fraction(call["budget"])
    funded = 0
    for place in places:
        if asked[place.id] > money_left:
            break
        money_left -= asked[place.id]
        funded += 1
    assert funded == 11
    assert 52_000 < money_left < 54_000


def asks_in_usd(rates: dict[str, Decimal]) -> dict[str, Fraction]:
    with real_data("demo_call", "proposals.csv").open(encoding="utf-8") as file:
        return {
            row["proposal_no"]: Fraction(row["amount"]) * Fraction(rates[row["currency"]])
            for row in csv.DictReader(file)
        }
