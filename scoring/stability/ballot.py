"""The grades as arrays, so that thousands of variations of one decision can be tried quickly."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scoring.calibration.design import Design, Floats, design_from
from scoring.calibration.likelihood import Model, Variances
from scoring.tables import Review, Rules

SAME = 9
"""Scores that agree to so many decimals are tied: sums in another order differ in the last bits."""


@dataclass(frozen=True, eq=False)
class Ballot:
    """N counted reviews of C criteria: `grades` (N, C), NaN = not judged, more is better.

    With `variances` proposals are scored by the additive model at these fixed sds, else by their
    mean review total.
    """

    design: Design
    grades: Floats
    weights: Floats
    variances: Variances | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        return self.design.proposals

    def totals(self, weights: Floats) -> Floats:
        """Return the review totals (N,) under other weights (C,)."""
        judged = ~np.isnan(self.grades)
        points = np.where(judged, self.grades, 0.0) @ weights
        counted = judged @ weights
        # a review that judged only criteria without weight says what it said before
        return np.where(counted > 0, points / np.where(counted > 0, counted, 1), self.design.y)

    def scores(self, copies: Floats, y: Floats | None = None) -> Floats:
        """Return the score (n,) of each proposal when review r counts `copies[r]` times.

        A proposal of which no review is left keeps the reviews it had.
        """
        values = self.design.y if y is None else y
        counts = copies * self.design.confidence
        left = np.bincount(self.design.proposal, counts)
        counts = np.where(left[self.design.proposal] > 0, counts, self.design.confidence)
        if self.variances is None:
            weight = np.bincount(self.design.proposal, counts)
            points = np.bincount(self.design.proposal, counts * values)
            return np.round(points / weight, SAME)
        kept = counts > 0
        varied = replace(self.design.subset(kept), y=values[kept], confidence=counts[kept])
        model = Model(varied, with_panels=len(varied.panels) > 1)
        return np.round(model.solve(self.variances).proposals.mean, SAME)

    def order(self, scores: Floats) -> list[str]:
        """Return the ids, best first; ties by id, the same way in every variation."""
        return [self.ids[i] for i in np.argsort(-scores, kind="stable")]


def ballot_from(
    reviews: Sequence[Review], rules: Rules, variances: Variances | None = None
) -> Ballot:
    """Return the reviews that count as a ballot."""
    sign = 1 if rules.scale.higher_is_better else -1
    counted = sorted(
        (review for review in reviews if review.counts(rules)),
        key=lambda review: (review.proposal, review.reviewer),
    )
    grades = [
        [np.nan if (g := r.grades[c.key]) is None else sign * float(g) for c in rules.criteria]
        for r in counted
    ]
    weights = [float(criterion.weight) for criterion in rules.criteria]
    return Ballot(design_from(reviews, rules), np.array(grades), np.array(weights), variances)
