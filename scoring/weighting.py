"""How grades become totals and totals become places: exact arithmetic, no floating point."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from scoring.errors import InputError

OVERALL = None
"""The key of a threshold on the weighted total instead of on one criterion."""


LEAST_CONFIDENCE, MOST_CONFIDENCE = Decimal("0.001"), Decimal(1000)


@dataclass(frozen=True, slots=True)
class Scale:
    """The grades a reviewer may give: from `worst` to `best` in steps; `best` may be the lower."""

    best: Decimal
    worst: Decimal
    step: Decimal

    def __post_init__(self) -> None:
        for name, value in (("best", self.best), ("worst", self.worst), ("step", self.step)):
            if not value.is_finite():
                raise InputError(f"The scale needs a number for “{name}”, not {value}.")
        if self.best == self.worst:
            raise InputError("The best and the worst grade of the scale must differ.")
        if self.step <= 0:
            raise InputError("The step of the scale must be above 0.")
        if Fraction(self.best - self.worst) % Fraction(self.step):
            raise InputError(
                f"The step {self.step} does not lead from {self.worst} to {self.best} "
                "in whole steps; choose a step that divides the range."
            )

    @property
    def lowest(self) -> Decimal:
        return min(self.best, self.worst)

    @property
    def highest(self) -> Decimal:
        return max(self.best, self.worst)

    @property
    def higher_is_better(self) -> bool:
        return self.best > self.worst

    def merit(self, value: Fraction | Decimal) -> Fraction:
        """Return how far `value` lies from the worst (0) to the best (1) grade."""
        worst = Fraction(self.worst)
        return (Fraction(value) - worst) / (Fraction(self.best) - worst)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is judged, and how much it counts (a share of 1)."""

    key: str
    label: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class ReviewTotal:
    """The weighted mean of one review on the call's own scale; `None` when nothing counts."""

    total: Fraction | None
    answered: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Threshold:
    """The least good value allowed, for one criterion's mean or (`key=OVERALL`) the total."""

    key: str | None
    limit: Decimal


class Place(NamedTuple):
    """Where a proposal stands; those with exactly the same total share one `rank` (1, 2, 2, 4)."""

    id: str
    total: Fraction
    rank: int
    tied_with: tuple[str, ...]


def check_weights(criteria: Sequence[Criterion]) -> None:
    """Refuse criteria whose weights are missing, negative or do not add up to exactly 1."""
    if not criteria:
        raise InputError("There is no criterion; name at least one, with its weight.")
    seen: set[str] = set()
    for criterion in criteria:
        if criterion.key in seen:
            raise InputError(f"The criterion “{criterion.key}” is listed twice; keep one.")
        seen.add(criterion.key)
        if not criterion.weight.is_finite():
            raise InputError(f"The criterion “{criterion.key}” has no weight; give a number.")
        if criterion.weight < 0:
            raise InputError(
                f"The weight of “{criterion.key}” is {criterion.weight}; "
                "a weight cannot be negative."
            )
    total = sum((Fraction(criterion.weight) for criterion in criteria), Fraction(0))
    if total != 1:
        raise InputError(f"The weights add up to {show(total)}, not to 1; change one of them.")


def check_grade(scale: Scale, value: Decimal) -> None:
    """Refuse a grade outside the scale or between two of its steps."""
    if not value.is_finite():
        raise InputError(f"“{value}” is not a grade; give a number or leave it empty.")
    if not scale.lowest <= value <= scale.highest:
        raise InputError(
            f"The grade {value} is outside the scale from {scale.lowest} to {scale.highest}."
        )
    if Fraction(value - scale.worst) % Fraction(scale.step):
        raise InputError(
            f"The grade {value} lies between two steps of the scale "
            f"({scale.lowest} to {scale.highest} in steps of {scale.step})."
        )


def review_total(
    criteria: Sequence[Criterion], grades: Mapping[str, Decimal | None]
) -> ReviewTotal:
    """Return Σ w·g / Σ w over the criteria that were answered (SCORING.md §2.5).

    A missing or `None` grade means "cannot judge"; it is left out and never counts as 0.
    """
    answered = [(c, g) for c in criteria if (g := grades.get(c.key)) is not None]
    missing = tuple(c.key for c in criteria if grades.get(c.key) is None)
    weight = sum((Fraction(c.weight) for c, _ in answered), Fraction(0))
    points = sum((Fraction(c.weight) * Fraction(g) for c, g in answered), Fraction(0))
    return ReviewTotal(
        total=points / weight if weight else None,
        answered=tuple(c.key for c, _ in answered),
        missing=missing,
    )


def proposal_total(
    reviews: Iterable[ReviewTotal],
    *,
    confidences: Sequence[Decimal] | None = None,
    allow_partial: bool = True,
) -> Fraction:
    """Return the mean of the review totals, each counting by its confidence where one is given.

    Reviews without a total are left out, and those with a missing criterion as well when the call
    does not `allow_partial` ones. Raises InputError when no review is left.
    """
    listed = list(reviews)
    weights = _confidence_weights(confidences, len(listed))
    usable = [
        (weight, review.total)
        for weight, review in zip(weights, listed, strict=True)
        if review.total is not None and (allow_partial or review.complete)
    ]
    if not usable:
        raise InputError("There is no usable review, so there is no total; ask for a review.")
    if confidences is None:
        return exact_mean([total for _, total in usable])
    return sum((w * t for w, t in usable), Fraction(0)) / sum((w for w, _ in usable), Fraction(0))


def exact_mean(values: Sequence[Fraction]) -> Fraction:
    """Return the mean of at least one value, brought to one denominator at once."""
    common = lcm(*(value.denominator for value in values))
    total = sum(value.numerator * (common // value.denominator) for value in values)
    return Fraction(total, common * len(values))


def _confidence_weights(confidences: Sequence[Decimal] | None, count: int) -> list[Fraction]:
    if confidences is None:
        return [Fraction(1)] * count
    if len(confidences) != count:
        raise InputError(f"There are {count} reviews but {len(confidences)} confidences.")
    for confidence in confidences:
        check_confidence(confidence)
    return [Fraction(confidence) for confidence in confidences]


def check_confidence(confidence: Decimal) -> None:
    """Refuse a confidence that is no number or so far from 1 that it drowns all other reviews."""
    if not confidence.is_finite() or not LEAST_CONFIDENCE <= confidence <= MOST_CONFIDENCE:
        raise InputError(
            f"The confidence is {confidence}; give a number "
            f"from {LEAST_CONFIDENCE} to {MOST_CONFIDENCE}."
        )


def criterion_mean(reviews: Iterable[Mapping[str, Decimal | None]], key: str) -> Fraction | None:
    """Return the mean grade of one criterion over the reviews that judged it, if any did."""
    grades = [Fraction(grade) for review in reviews if (grade := review.get(key)) is not None]
    return exact_mean(grades) if grades else None


def spread(reviews: Iterable[ReviewTotal]) -> Fraction | None:
    """Return the highest minus the lowest review total of one proposal, in points."""
    totals = [review.total for review in reviews if review.total is not None]
    return max(totals) - min(totals) if totals else None


def failed_thresholds(
    scale: Scale,
    thresholds: Iterable[Threshold],
    total: Fraction,
    means: Mapping[str, Fraction | None],
) -> tuple[Threshold, ...]:
    """Return the thresholds a proposal misses; a value exactly at the limit passes.

    `means` holds the mean of each criterion; a criterion nobody judged misses its threshold.
    """

    def misses(threshold: Threshold) -> bool:
        value = total if threshold.key is OVERALL else means.get(threshold.key)
        return value is None or scale.merit(value) < scale.merit(threshold.limit)

    return tuple(threshold for threshold in thresholds if misses(threshold))


@lru_cache(maxsize=16_384)  # a ranking shows the same few values again and again
def show(total: Fraction, places: int = 4) -> str:
    """Return the published form: `places` decimals, exact halves to the even digit."""
    if places < 0:
        raise InputError(f"A number cannot be shown with {places} decimals.")
    scaled = round(total * 10**places)
    digits = str(abs(scaled)).rjust(places + 1, "0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def rank(totals: Mapping[str, Fraction], scale: Scale) -> list[Place]:
    """Return the places, best first; exact ties share a rank and are listed by id."""
    # On one denominator they are whole numbers, which are compared and found far faster.
    common = lcm(*(total.denominator for total in totals.values()))
    equal: dict[int, list[str]] = {}
    for proposal, total in totals.items():
        equal.setdefault(total.numerator * (common // total.denominator), []).append(proposal)
    places: list[Place] = []
    for whole in sorted(equal, reverse=scale.higher_is_better):
        equals = sorted(equal[whole])
        rank_shared = len(places) + 1
        for proposal in equals:
            others = tuple(other for other in equals if other != proposal)
            places.append(Place(proposal, totals[proposal], rank_shared, others))
    return places
