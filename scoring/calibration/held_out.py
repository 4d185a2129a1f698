"""Does calibration help? Each way of scoring predicts reviews it has not seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

from scoring.calibration import reml, scale_use
from scoring.calibration.design import Design, Floats
from scoring.errors import InputError

FOLDS, SEED = 10, 2026
ENOUGH_STEPS = 2_000


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Root mean squared errors in points, by method, over all N reviews, each held out once.

    `squares` keeps the squared errors (N,) of each method, for paired comparisons.
    """

    folds: int
    squares: dict[str, Floats]

    @property
    def errors(self) -> dict[str, float]:
        return {name: sqrt(float(squares.mean())) for name, squares in self.squares.items()}

    def gain(self, method: str, over: str) -> tuple[float, float]:
        """Return by how much `method` lowers the error of `over`, and the standard error of that.

        From the paired differences d of squared errors, by the delta method:
        sd(d) / √N / (sum of the two errors).
        """
        errors = self.errors
        difference = self.squares[over] - self.squares[method]
        scale = errors[over] + errors[method]
        if scale == 0:
            return 0.0, 0.0
        spread = float(difference.std(ddof=1)) if len(difference) > 1 else 0.0
        return errors[over] - errors[method], spread / sqrt(len(difference)) / scale

    def helps(self, method: str, over: str) -> bool:
        """Return whether `method` predicts better than `over` by more than the standard error."""
        gain, error = self.gain(method, over)
        return gain > error


Predict = Callable[[Design, Design], Floats]
"""From the reviews that are known and those held out, (N',) expected totals of the latter."""


def held_out(
    design: Design,
    *,
    folds: int = FOLDS,
    seed: int = SEED,
    methods: Mapping[str, Predict] | None = None,
) -> HeldOut:
    """Return the errors of all methods; the folds are drawn from `seed` (PCG64)."""
    count = len(design.y)
    if not 1 < folds <= count:
        raise InputError(f"{count} reviews cannot be held out in {folds} parts.")
    random = np.random.Generator(np.random.PCG64(seed))
    part = random.permutation(np.arange(count) % folds)
    chosen = METHODS if methods is None else methods
    squares = {name: np.zeros(count) for name in chosen}
    for fold in range(folds):
        known, hidden = design.subset(part != fold), design.subset(part == fold)
        for name, predict in chosen.items():
            squares[name][part == fold] = (predict(known, hidden) - hidden.y) ** 2
    return HeldOut(folds, squares)


def by_mean(known: Design, hidden: Design) -> Floats:
    """Predict the mean of the proposal's other reviews; the grand mean where there is none."""
    grand = float(np.average(known.y, weights=known.confidence))
    return _proposal_means(known, known.y, grand)[hidden.proposal]


def by_z_score(known: Design, hidden: Design) -> Floats:
    """Predict from the mean of z-scores per reviewer.

    A reviewer with fewer than two different totals has no z-score; the grand mean and sd serve.
    """
    grand, spread = float(known.y.mean()), float(known.y.std()) or 1.0
    m = len(known.reviewers)
    count = np.bincount(known.reviewer, minlength=m)
    centre = np.bincount(known.reviewer, known.y, minlength=m) / np.maximum(count, 1)
    squares = np.bincount(known.reviewer, (known.y - centre[known.reviewer]) ** 2, minlength=m)
    usable = squares > 0
    centre = np.where(usable, centre, grand)
    scale = np.where(usable, np.sqrt(squares / np.maximum(count - 1, 1)), spread)
    z = (known.y - centre[known.reviewer]) / scale[known.reviewer]
    mean_z = _proposal_means(known, z, 0.0)
    predicted = centre[hidden.reviewer] + scale[hidden.reviewer] * mean_z[hidden.proposal]
    return np.asarray(predicted)


def by_additive(known: Design, hidden: Design) -> Floats:
    """Predict by Model A with REML variances."""
    solution = reml.fit(known).solution
    theta, b = solution.proposals.mean, solution.reviewers.mean
    return np.asarray(solution.mean + theta[hidden.proposal] + b[hidden.reviewer])


def by_bilinear(known: Design, hidden: Design) -> Floats:
    """Predict by Model B, its last digits left to themselves."""
    return scale_use.fit(known, most_steps=ENOUGH_STEPS).predict(hidden.proposal, hidden.reviewer)


def _proposal_means(known: Design, values: Floats, otherwise: float) -> Floats:
    n = len(known.proposals)
    weight = np.bincount(known.proposal, known.confidence, minlength=n)
    sums = np.bincount(known.proposal, known.confidence * values, minlength=n)
    return np.where(weight > 0, sums / np.where(weight > 0, weight, 1), otherwise)


METHODS: dict[str, Predict] = {
    "mean": by_mean,
    "z_score": by_z_score,
    "additive": by_additive,
    "bilinear": by_bilinear,
}
