"""The published score table: every review's and every proposal's total, exact."""

from collections.abc import Sequence
from typing import Any

from scoring.publishing import POINTS, published
from scoring.ranking import raw_places
from scoring.tables import Review, Rules
from scoring.weighting import OVERALL, Place, Threshold, criterion_mean, failed_thresholds, spread


def score_table(reviews: Sequence[Review], rules: Rules) -> dict[str, Any]:
    """Return the JSON of `python -m scoring score`.

    `total` is rounded to 4 decimals (halves to even); `exact` is the same number as a fraction.
    Ranks are made from the exact numbers.
    """
    by_proposal: dict[str, list[Review]] = {}
    for review in reviews:
        by_proposal.setdefault(review.proposal, []).append(review)
    ordered = sorted(reviews, key=lambda review: (review.proposal, review.reviewer))
    return {
        "proposals": [
            _proposal(place, by_proposal[place.id], rules) for place in raw_places(reviews, rules)
        ],
        "reviews": [_review(review, rules) for review in ordered],
        "rounding": "4 decimals, halves to even",
    }


def _proposal(place: Place, reviews: Sequence[Review], rules: Rules) -> dict[str, Any]:
    means = {c.key: criterion_mean((r.grades for r in reviews), c.key) for c in rules.criteria}
    range_of_totals = spread(review.total(rules) for review in reviews)
    return {
        "id": place.id,
        "total": published(place.total, POINTS),
        "exact": str(place.total),
        "rank": place.rank,
        "tied_with": place.tied_with,
        "reviews": sum(review.counts(rules) for review in reviews),
        "spread": None if range_of_totals is None else published(range_of_totals, POINTS),
        "criteria": {k: None if mean is None else published(mean) for k, mean in means.items()},
        "below_thresholds": [
            _threshold(t)
            for t in failed_thresholds(rules.scale, rules.thresholds, place.total, means)
        ],
    }


def _threshold(threshold: Threshold) -> dict[str, Any]:
    key = "total" if threshold.key is OVERALL else threshold.key
    return {"key": key, "limit": float(threshold.limit)}


def _review(review: Review, rules: Rules) -> dict[str, Any]:
    total = review.total(rules)
    return {
        "proposal": review.proposal,
        "reviewer": review.reviewer,
        "total": None if total.total is None else published(total.total, POINTS),
        "exact": None if total.total is None else str(total.total),
        "missing": total.missing,
        "counts": review.counts(rules),
    }
