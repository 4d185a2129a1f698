"""The reviews as arrays: who reviewed what, with which total, on a scale where more is better."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scoring.errors import InputError
from scoring.tables import Review, Rules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Design:
    """N reviews of n proposals by m reviewers in K panels.

    `y` (N,) holds the review totals in points, turned so that more is better; `confidence` (N,)
    the weights c_r; `proposal`, `reviewer`, `panel` (N,) index into the ids. `width` is highest
    minus lowest grade, `grid` the smallest possible difference of two totals (0 = continuous).
    """

    proposals: tuple[str, ...]
    reviewers: tuple[str, ...]
    panels: tuple[str, ...]
    proposal: Ints
    reviewer: Ints
    panel: Ints
    y: Floats
    confidence: Floats
    width: float
    grid: float = 0.0

    @property
    def reviews_per_proposal(self) -> Ints:
        return np.bincount(self.proposal, minlength=len(self.proposals)).astype(np.int64)

    @property
    def reviews_per_reviewer(self) -> Ints:
        return np.bincount(self.reviewer, minlength=len(self.reviewers)).astype(np.int64)

    @cached_property
    def all_equal(self) -> bool:
        """Whether every review has the same total, so that nothing can be told apart."""
        return bool(np.ptp(self.y) == 0)

    def effects(self, index: Ints, count: int) -> sparse.csr_array:
        """Return the (N, count) matrix with a 1 where review r has effect index[r]."""
        ones = np.ones(len(index))
        rows = np.arange(len(index))
        return sparse.csr_array((ones, (rows, index)), shape=(len(index), count))

    def subset(self, keep: NDArray[np.bool_]) -> "Design":
        """Return the design with some reviews only; ids keep their numbers."""
        return Design(
            self.proposals,
            self.reviewers,
            self.panels,
            self.proposal[keep],
            self.reviewer[keep],
            self.panel[keep],
            self.y[keep],
            self.confidence[keep],
            self.width,
            self.grid,
        )


def design_from(reviews: Sequence[Review], rules: Rules) -> Design:
    """Return the design of the reviews that count; the order of the rows changes no byte of it."""
    counted = [review for review in reviews if review.counts(rules)]
    sign = 1 if rules.scale.higher_is_better else -1
    totals = [sign * (review.total(rules).total or Fraction(0)) for review in counted]
    return make_design(
        [review.proposal for review in counted],
        [review.reviewer for review in counted],
        [float(total) for total in totals],
        panels=[review.panel or "" for review in counted],
        confidence=[float(review.weight(rules)) for review in counted],
        width=float(rules.scale.highest - rules.scale.lowest),
        grid=float(smallest_difference(rules)),
    )


def make_design(
    proposals: Sequence[str],
    reviewers: Sequence[str],
    y: Sequence[float],
    *,
    width: float,
    panels: Sequence[str] | None = None,
    confidence: Sequence[float] | None = None,
    grid: float = 0.0,
) -> Design:
    """Return the design of N reviews given as parallel sequences (`y`: more is better).

    They are put into the order of their ids, so that no sum depends on the order they come in.
    """
    values = np.asarray(y, dtype=np.float64)
    if not np.isfinite(values).all():
        raise InputError("A review total is not a finite number.")
    proposal_ids, proposal = _index(proposals)
    reviewer_ids, reviewer = _index(reviewers)
    panel_ids, panel = _index(panels or [""] * len(values))
    weights = np.ones(len(values)) if confidence is None else np.asarray(confidence, np.float64)
    order = np.lexsort((values, reviewer, proposal))
    return Design(
        proposal_ids,
        reviewer_ids,
        panel_ids,
        proposal[order],
        reviewer[order],
        panel[order],
        values[order],
        weights[order],
        width,
        grid,
    )


def _index(ids: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    names = tuple(sorted(set(ids)))
    number = {name: position for position, name in enumerate(names)}
    return names, np.array([number[name] for name in ids], dtype=np.int64)


def smallest_difference(rules: Rules) -> Fraction:
    """Return h, the smallest difference two complete review totals can have (SCORING.md §2.5)."""
    steps = [
        Fraction(criterion.weight) * Fraction(rules.scale.step)
        for criterion in rules.criteria
        if criterion.weight
    ]
    denominator = lcm(*(step.denominator for step in steps))
    return Fraction(reduce(gcd, (int(step * denominator) for step in steps)), denominator)
