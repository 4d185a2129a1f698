"""The unknown variances of a large call: few nodes around a narrow peak (SCORING.md §2.5).

With thousands of reviews the variances are known within a few percent, and their posterior is
nearly Gaussian in the logarithms of τ/s, ω/s, κ/s and s. Gauss–Hermite nodes there, weighted anew
by the true density, need a tenth of the nodes of a box. s is the last coordinate: the nodes that
differ in s alone share one factorisation.
"""

from dataclasses import dataclass
from itertools import product
from math import exp, log

import numpy as np

from scoring.calibration.design import Floats
from scoring.calibration.priors import Posterior
from scoring.calibration.quadrature import Node

NARROW = 0.15
"""A posterior counts as a narrow peak up to this sd of the logarithm on every axis."""

NODES_OF_S = 2
START = 0.7  # of s, for each other sd
STEP, LONGEST, MOST_STEPS = 0.05, 0.7, 15
"""Of the differences, of one step of Newton's method, and how many of them; in logarithms."""

NEAR = 0.1
"""The summit is found when the next step is shorter than this share of a posterior sd."""

PAIR = 2

Point = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Peak:
    """The peak in x = (log τ/s, …, log s): its place and the lower root of its covariance."""

    posterior: Posterior
    centre: Floats
    root: Floats

    @property
    def mode(self) -> Point:
        """The most likely sds in the order of the posterior's axes."""
        return _natural(self.posterior, tuple(self.centre))

    def nodes(self, per_axis: int) -> list[Node]:
        """Return the nodes, `per_axis` on each axis but that of s."""
        rules = [_rule(per_axis)] * (len(self.centre) - 1) + [_rule(NODES_OF_S)]
        densities, points, shares = [], [], []
        for parts in product(*(zip(*rule, strict=True) for rule in rules)):
            z = np.array([place for place, _ in parts])
            x = tuple(float(value) for value in self.centre + self.root @ z)
            if not _inside(self.posterior, x):
                continue
            points.append(_natural(self.posterior, x))
            densities.append(_log_density(self.posterior, x) + 0.5 * float(z @ z))
            shares.append(float(np.prod([weight for _, weight in parts])))
        weights = np.array(shares) * np.exp(np.array(densities) - max(densities))
        weights /= weights.sum()
        return [
            Node(self.posterior.variances(sds), float(weight))
            for sds, weight in zip(points, weights, strict=True)
        ]


def find_peak(posterior: Posterior) -> Peak | None:
    """Return the peak, or `None` where the variances are not known narrowly enough for one."""
    centre = np.full(len(posterior.axes), log(START))
    centre[-1] = log(float(posterior.model.design.y.std()) / 2 or posterior.bound)
    for _ in range(MOST_STEPS):
        if not _inside(posterior, _moved(centre, STEP)) & _inside(posterior, _moved(centre, -STEP)):
            return None
        slope, curvature = _slopes(posterior, centre)
        if np.linalg.eigvalsh(curvature).min() <= 0:
            step = LONGEST * np.sign(slope)
        else:
            step = np.clip(np.linalg.solve(curvature, slope), -LONGEST, LONGEST)
            covariance = np.linalg.inv(curvature)
            sds = np.sqrt(np.diag(covariance))
            if (np.abs(step) < NEAR * sds).all():
                narrow = bool(sds.max() <= NARROW)
                return Peak(posterior, centre, np.linalg.cholesky(covariance)) if narrow else None
        centre = centre + step
    return None


def _moved(centre: Floats, by: float) -> Point:
    return tuple(float(value) + by for value in centre)


def _rule(count: int) -> tuple[Floats, Floats]:
    """Return nodes and weights (up to a factor) of Gauss–Hermite for the normal density."""
    return np.polynomial.hermite_e.hermegauss(count)


def _natural(posterior: Posterior, x: Point) -> Point:
    """Return the sds in the order of the axes; x has s last, the others as ratios to it."""
    s = exp(x[-1])
    ratios = iter(x[:-1])
    return tuple(s if axis.name == "s" else s * exp(next(ratios)) for axis in posterior.axes)


def _inside(posterior: Posterior, x: Point) -> bool:
    values = _natural(posterior, x)
    return all(
        axis.low <= value <= axis.high for axis, value in zip(posterior.axes, values, strict=True)
    )


def _log_density(posterior: Posterior, x: Point) -> float:
    """Return the log density over x: that of the sds, times each sd for the change of variables."""
    values = _natural(posterior, x)
    return posterior.log_density(posterior.variances(values)) + sum(map(log, values))


def _slopes(posterior: Posterior, centre: Floats) -> tuple[Floats, Floats]:
    """Return gradient and minus the Hessian, by central differences."""
    size = len(centre)
    offsets = [move for move in product((-1, 0, 1), repeat=size) if sum(map(abs, move)) <= PAIR]
    # `product` varies the last coordinate, s, fastest: points with equal ratios share a factor
    at = {
        move: _log_density(posterior, tuple(float(x) for x in centre + STEP * np.array(move)))
        for move in offsets
    }
    units = np.eye(size, dtype=int)
    middle = at[(0,) * size]

    def height(move: Floats) -> float:
        return at[tuple(int(part) for part in move)]

    slope = np.array([height(unit) - height(-unit) for unit in units]) / (2 * STEP)
    hessian = np.zeros((size, size))
    for a, first in enumerate(units):
        hessian[a, a] = 2 * middle - height(first) - height(-first)
        for b, second in enumerate(units[:a]):
            same = height(first + second) + height(-first - second)
            other = height(first - second) + height(second - first)
            hessian[a, b] = hessian[b, a] = (other - same) / 4
    return slope, hessian / STEP**2
