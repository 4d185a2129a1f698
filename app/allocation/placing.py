"""From grades to places: totals, ranks, ties and how each tie was broken, exact to the last digit.

Where one review changes, the other proposals score as they did and the other ties break as they
did. A process keeps both, each under everything it is computed from: so the first reader after a
change waits for that change alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from scoring.ties import break_ties, tie_rule
from scoring.weighting import (
    Criterion,
    ReviewTotal,
    Scale,
    Threshold,
    criterion_mean,
    failed_thresholds,
    proposal_total,
    rank,
    review_total,
    show,
    spread,
)

Data = dict[str, Any]
Given = tuple[tuple[str, str | None], ...]  # the grades of one review, by criterion
PLACES = 4  # decimals of a published total; the exact fraction stands beside it


class Reviews(tuple[Given, ...]):  # noqa: SLOT001 - a tuple has no room for named slots
    """The reviews of one proposal, hashed once: they are looked up whenever a ranking is made."""

    @cached_property
    def _hash(self) -> int:
        return super().__hash__()

    def __hash__(self) -> int:
        return self._hash


class Terms(NamedTuple):
    """What a call says of its ranking; all of it text, as its inputs have it."""

    call: str
    scale: tuple[str, str, str]  # best, worst, step
    weights: tuple[tuple[str, str], ...]
    tie_rules: tuple[str, ...]
    limits: tuple[tuple[str, str], ...]  # means that are needed, by criterion

    @classmethod
    def of(cls, inputs: Data) -> "Terms":
        scale = inputs["scale"]
        return cls(
            inputs["call"],
            (scale["best"], scale["worst"], scale["step"]),
            tuple((one["key"], one["weight"]) for one in inputs["criteria"]),
            tuple(inputs["tie_rules"]),
            tuple((one["key"], one["limit"]) for one in inputs.get("thresholds", ())),
        )


@dataclass(frozen=True, slots=True, eq=False)  # equal to itself alone, so found without comparing
class Scored:
    """One proposal by its reviews alone; `told` is what its place says, wherever it stands."""

    total: Fraction | None
    spread: Fraction | None
    means: Mapping[str, Fraction | None]
    told: Data


Tied = tuple[tuple[str, Scored], ...]  # proposals with one total, by number


def places(terms: Terms, given: Mapping[str, Reviews]) -> list[Data]:
    """Return the places of the proposals that have a total, best first.

    Raises scoring.InputError for weights, a scale or a rule for ties that cannot be used.
    """
    scale = _scale(terms.scale)
    _check_tie_rules(terms, scale)
    found: list[Data] = []
    for tied in _by_total(terms, scale, given):
        found += _placed(terms, tied, len(found) + 1)
    return found


@lru_cache(maxsize=512)
def _placed(terms: Terms, tied: Tied, first: int) -> tuple[Data, ...]:
    """Return the places of one total, from the `first` on; whoever gets them only reads them."""
    return tuple(
        {"proposal": number, "rank": first, "position": first + after, **told}
        for number, after, told in _in_order(terms, tied)
    )


def _by_total(terms: Terms, scale: Scale, given: Mapping[str, Reviews]) -> Iterator[Tied]:
    """Return those with equal totals together, best first. A fraction in lowest terms is equal to
    another exactly where it is written alike, and texts are compared far faster."""
    equal: dict[str, list[tuple[str, Scored]]] = {}
    for number, reviews in given.items():
        one = _scored(terms.weights, reviews)
        if one.total is not None:
            equal.setdefault(one.told["total"], []).append((number, one))
    totals = {text: _total(members[0][1]) for text, members in equal.items()}
    for place in rank(totals, scale):
        yield tuple(sorted(equal[place.id], key=_number))


def _number(member: tuple[str, Scored]) -> str:
    return member[0]


@lru_cache(maxsize=1_024)
def _in_order(terms: Terms, tied: Tied) -> tuple[tuple[str, int, Data], ...]:
    """Return the proposals of one total in their order: number, how many positions after the first,
    and what else the place says."""
    scale, scored = _scale(terms.scale), dict(tied)
    alone = rank({number: _total(one) for number, one in tied}, scale)
    limits = [Threshold(key, Decimal(limit)) for key, limit in terms.limits]
    return tuple(
        (
            standing.place.id,
            standing.position - 1,
            {
                "tied_with": list(standing.place.tied_with),
                "decided_by": standing.decided_by or "",
                **scored[standing.place.id].told,
                **_short_on(scale, limits, scored[standing.place.id]),
            },
        )
        for standing in break_ties(alone, _tie_rules(terms, scale, scored))
    )


def _total(one: Scored) -> Fraction:
    if one.total is None:
        raise ValueError("a proposal without a total has no place")
    return one.total


def _tie_rules(terms: Terms, scale: Scale, scored: Mapping[str, Scored]) -> list[Any]:
    means = {
        key: {number: one.means[key] for number, one in scored.items()} for key, _ in terms.weights
    }
    spreads = {number: one.spread for number, one in scored.items()}
    return [
        tie_rule(name, call_id=terms.call, means=means, spreads=spreads, scale=scale)
        for name in terms.tie_rules
    ]


def _check_tie_rules(terms: Terms, scale: Scale) -> None:
    """Refuse a rule that does not exist, also where nobody is tied."""
    _tie_rules(terms, scale, {})


@lru_cache(maxsize=64)
def _scale(ends: tuple[str, str, str]) -> Scale:
    return Scale(*map(Decimal, ends))


@lru_cache(maxsize=4_096)
def _scored(weights: tuple[tuple[str, str], ...], reviews: Reviews) -> Scored:
    totals = [_review_total(weights, given) for given in reviews]
    counted = [one.total for one in totals if one.total is not None]
    means = {key: _mean(tuple(dict(given).get(key) for given in reviews)) for key, _ in weights}
    if not counted:
        return Scored(None, None, means, {})
    total, apart = proposal_total(totals), spread(totals)
    told = {
        "total": f"{total.numerator}/{total.denominator}",
        "shown": show(total, PLACES),
        "reviews": len(reviews),
        "spread": show(apart or Fraction(0), PLACES),
        "means": {k: None if mean is None else show(mean, PLACES) for k, mean in means.items()},
        "review_totals": sorted(show(one, PLACES) for one in counted),
    }
    return Scored(total, apart, means, told)


@lru_cache(maxsize=4_096)
def _review_total(weights: tuple[tuple[str, str], ...], given: Given) -> ReviewTotal:
    """Return one review's total; thousands of reviews give few combinations of grades."""
    criteria = [Criterion(key, key, Decimal(weight)) for key, weight in weights]
    grades = {key: None if grade is None else Decimal(grade) for key, grade in given}
    return review_total(criteria, grades)


@lru_cache(maxsize=4_096)
def _mean(grades: tuple[str | None, ...]) -> Fraction | None:
    """Return the mean of one criterion; proposals share few combinations of grades."""
    return criterion_mean([{"": None if one is None else Decimal(one)} for one in grades], "")


def _short_on(scale: Scale, limits: Sequence[Threshold], one: Scored) -> Data:
    """Say on which criteria a proposal misses what the call asks; nothing where on none."""
    if not limits:
        return {}
    missed = failed_thresholds(scale, limits, _total(one), one.means)
    return {"short_on": [limit.key for limit in missed]} if missed else {}
