"""What is believed about the variances before any review is read (SCORING.md §2.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import acos, asinh, cosh, inf, log, pi, sinh, sqrt

import numpy as np

from scoring.calibration.design import Design, Floats
from scoring.calibration.likelihood import Model, Variances

SHARE_OF_WIDTH = 0.4
"""U = 0.4 (highest - lowest grade): 2 points on a six-point scale, as the SNSF chose."""

SNSF_REVIEWER_SD = 0.25
"""The SNSF model fixes the reviewers' sd at a quarter of U (0.5 on six points)."""

NEAR_ZERO = 5e-4
"""The smallest residual sd looked at, as a share of U (1e-3 points on a six-point scale)."""


class Mode(StrEnum):
    """`DEFAULT` learns ω and μ from the reviews; `SNSF` is the published model of Heyard et al."""

    DEFAULT = "default"
    SNSF = "snsf"


@dataclass(frozen=True, slots=True)
class Axis:
    """One unknown sd, from `low` to `high`, integrated over x = asinh(sd / bend).

    Far above `bend` this is a logarithmic scale, far below it a linear one; so a variance near 0
    and one that is spread over several powers of ten are both smooth on the grid.
    """

    name: str
    low: float
    high: float
    bend: float

    def to_grid(self, sd: float) -> float:
        return asinh(sd / self.bend)

    def from_grid(self, x: float) -> float:
        return min(max(self.bend * sinh(x), self.low), self.high)

    def log_jacobian(self, x: float) -> float:
        """Return log d(sd)/dx, up to a constant."""
        return log(cosh(x))


@dataclass(frozen=True, eq=False)
class Posterior:
    """The unnormalised log posterior of the unknown sds of one design."""

    model: Model
    mode: Mode
    axes: tuple[Axis, ...]
    bound: float
    floor: float

    def variances(self, values: tuple[float, ...]) -> Variances:
        """Return all four sds from the unknown ones, in the order of `axes`."""
        known = {"omega": SNSF_REVIEWER_SD * self.bound, "kappa": 0.0}
        given = dict(zip((axis.name for axis in self.axes), values, strict=True))
        return Variances(**{**known, **given})

    def log_density(self, at: Variances) -> float:
        """Return log p(y | sds) + log prior, up to a constant."""
        return self.model.solve(at).loglik + log_prior_of_residual(at.s, self.bound)

    def log_densities(self, points: Sequence[Variances]) -> Floats:
        """Return `log_density` of many points, shape (points,)."""
        prior = np.array([log_prior_of_residual(at.s, self.bound) for at in points])
        return np.asarray(self.model.logliks(points) + prior)


def posterior(design: Design, mode: Mode) -> Posterior:
    """Return the posterior of a design; the panel effect enters when there are two panels."""
    bound = SHARE_OF_WIDTH * design.width
    tiny = NEAR_ZERO * bound
    with_panels = len(design.panels) > 1
    snsf = mode is Mode.SNSF
    # the published model has no floor; a tiny one keeps saturated panels from dividing by zero
    floor = tiny if snsf else max(design.grid / sqrt(12), tiny)
    noise = max(float(design.y.std()), tiny)
    axes = [Axis("tau", 0.0, bound, bound), Axis("s", floor, sqrt(2) * bound, floor)]
    if not snsf:
        each = len(design.y) / len(design.reviewers)
        axes.append(Axis("omega", 0.0, bound, noise / sqrt(each)))
    if with_panels:
        each = len(design.proposals) / len(design.panels)
        axes.append(Axis("kappa", 0.0, bound, noise / sqrt(each)))
    mean = mean_of_proposal_means(design) if snsf else None
    return Posterior(Model(design, mean, with_panels), mode, tuple(axes), bound, floor)


def mean_of_proposal_means(design: Design) -> float:
    """Return the ȳ that the SNSF model takes as known, in points."""
    count = len(design.proposals)
    weights = np.bincount(design.proposal, design.confidence, minlength=count)
    sums = np.bincount(design.proposal, design.confidence * design.y, minlength=count)
    return float((sums / weights).mean())


def log_prior_of_residual(s: float, bound: float) -> float:
    """Return the log density of s = √(σ² + λ²) with σ and λ uniform on (0, `bound`)."""
    if not 0 < s < sqrt(2) * bound:
        return -inf
    angle = pi / 2 if s <= bound else pi / 2 - 2 * acos(bound / s)
    # just below √2 U the angle rounds to nothing
    return log(s) + log(angle) if angle > 0 else -inf
