"""The unknown variances, integrated on a deterministic grid around their most likely values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import optimize

from scoring.calibration.design import Floats
from scoring.calibration.likelihood import Variances
from scoring.calibration.priors import Axis, Posterior

REACH = 5.5
"""Half width of the grid in posterior standard deviations."""

DEEP_ENOUGH = 12.0
"""The log density must have fallen this far at the edge of the grid, or the edge is a bound."""

NEGLIGIBLE = 1e-7
"""Nodes with a smaller share of the whole weight are left out."""


@dataclass(frozen=True, slots=True)
class Node:
    """One point of the grid and its share of the posterior (all shares add up to 1)."""

    at: Variances
    weight: float


@dataclass(frozen=True, slots=True)
class Range:
    """The interval of one axis that is integrated, on the axis's own (maybe log) scale."""

    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Landscape:
    """Where the posterior mass lies: the mode in natural units and a range for each axis."""

    posterior: Posterior
    mode: tuple[float, ...]
    ranges: tuple[Range, ...]

    def nodes(self, per_axis: int) -> list[Node]:
        """Return the Gauss–Legendre grid with `per_axis` nodes in each dimension."""
        points, weights = np.polynomial.legendre.leggauss(per_axis)
        places = [
            [(r.low + r.high) / 2 + (r.high - r.low) / 2 * float(x) for x in points]
            for r in self.ranges
        ]
        grid = list(product(*places))
        prior = [float(np.prod(w)) for w in product(weights, repeat=len(places))]
        density = _log_densities(self.posterior, grid)
        shares = np.array(prior) * np.exp(density - density.max())
        shares /= shares.sum()
        kept = shares >= NEGLIGIBLE
        total = shares[kept].sum()
        return [
            Node(self.posterior.variances(_natural(self.posterior.axes, x)), float(share / total))
            for x, share in zip(grid, shares, strict=True)
            if share >= NEGLIGIBLE
        ]


def survey(posterior: Posterior) -> Landscape:
    """Find the mode by Nelder–Mead and a range that holds practically all of the posterior."""
    axes = posterior.axes
    bounds = [(axis.to_grid(axis.low), axis.to_grid(axis.high)) for axis in axes]
    start = np.array([axis.to_grid(max(axis.low, 0.2 * posterior.bound)) for axis in axes])
    steps = np.diag([0.2 * (high - low) for low, high in bounds])
    found = optimize.minimize(
        lambda x: -_log_density(posterior, tuple(x)),
        start,
        method="Nelder-Mead",
        bounds=bounds,
        options={
            "xatol": 1e-3,
            "fatol": 1e-3,
            "maxfev": 600,
            "initial_simplex": np.vstack([start, start + steps]),
        },
    )
    mode = [float(x) for x in found.x]
    ranges = tuple(_ranges(posterior, mode, bounds))
    return Landscape(posterior, _natural(axes, tuple(mode)), ranges)


def _natural(axes: tuple[Axis, ...], x: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(axis.from_grid(value) for axis, value in zip(axes, x, strict=True))


def _log_density(posterior: Posterior, x: tuple[float, ...]) -> float:
    """Return the log density on the scale of the grid."""
    jacobian = sum(axis.log_jacobian(value) for axis, value in zip(posterior.axes, x, strict=True))
    return posterior.log_density(posterior.variances(_natural(posterior.axes, x))) + jacobian


def _log_densities(posterior: Posterior, grid: list[tuple[float, ...]]) -> Floats:
    """Return `_log_density` of many points, shape (points,)."""
    axes = posterior.axes
    points = [posterior.variances(_natural(axes, x)) for x in grid]
    jacobians = [sum(a.log_jacobian(v) for a, v in zip(axes, x, strict=True)) for x in grid]
    return np.asarray(posterior.log_densities(points) + np.array(jacobians))


def _ranges(
    posterior: Posterior, mode: list[float], bounds: list[tuple[float, float]]
) -> Iterator[Range]:
    """Yield mode ± REACH sd on each axis, widened until the density has fallen far enough."""
    top = _log_density(posterior, tuple(mode))
    sds = _spreads(posterior, mode, bounds, top)
    for number, ((low, high), sd) in enumerate(zip(bounds, sds, strict=True)):

        def fall(value: float, number: int = number) -> float:
            moved = [*mode[:number], value, *mode[number + 1 :]]
            return top - _log_density(posterior, tuple(moved))

        yield Range(
            _edge(mode[number], -REACH * sd, low, fall), _edge(mode[number], REACH * sd, high, fall)
        )


def _edge(mode: float, reach: float, bound: float, fall: Callable[[float], float]) -> float:
    while True:
        value = max(bound, mode + reach) if reach < 0 else min(bound, mode + reach)
        if value == bound or fall(value) >= DEEP_ENOUGH:
            return value
        reach *= 1.25


def _spreads(
    posterior: Posterior, mode: list[float], bounds: list[tuple[float, float]], top: float
) -> list[float]:
    """Return the posterior sd on each axis from the curvature at the mode."""

    def fall(x: Floats) -> float:
        return top - _log_density(posterior, tuple(x))

    steps = np.zeros(len(mode))
    centre = np.array(mode)
    for number, (low, high) in enumerate(bounds):
        step = (high - low) / 20
        unit = np.eye(len(mode))[number]
        while step > (high - low) * 1e-4:
            middle = min(max(mode[number], low + step), high - step)
            around = centre + unit * (middle - mode[number])
            if max(fall(around + step * unit), fall(around - step * unit)) < 1:
                break
            step /= 2
        centre = centre + unit * (min(max(mode[number], low + step), high - step) - mode[number])
        steps[number] = step
    curvature = _curvature(fall, centre, steps)
    values = np.linalg.eigvalsh(curvature)
    if values.min() > 0:
        variances = np.diag(np.linalg.inv(curvature))
    else:
        variances = 2 / np.maximum(np.diag(curvature), 1e-2)
    return [float(sd) for sd in np.sqrt(variances) * steps]


def _curvature(fall: Callable[[Floats], float], centre: Floats, steps: Floats) -> Floats:
    """Return the Hessian of `fall` in units of the steps, by central differences."""
    size = len(centre)
    hessian = np.zeros((size, size))
    moves = np.diag(steps)
    middle = fall(centre)
    for a in range(size):
        up, down = fall(centre + moves[a]), fall(centre - moves[a])
        hessian[a, a] = up + down - 2 * middle
        for b in range(a):
            same = fall(centre + moves[a] + moves[b]) + fall(centre - moves[a] - moves[b])
            cross = fall(centre + moves[a] - moves[b]) + fall(centre - moves[a] + moves[b])
            hessian[a, b] = hessian[b, a] = (same - cross) / 4
    return hessian
