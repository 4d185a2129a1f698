"""Model A: each review is the proposal's quality, plus the reviewer's leniency, plus noise."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scoring.calibration.comparison import Comparison, expected_ranks
from scoring.calibration.design import Design, Floats
from scoring.calibration.peak import Peak, find_peak
from scoring.calibration.priors import Mode, posterior
from scoring.calibration.quadrature import Landscape, Node, survey

GOOD_ENOUGH = 0.01
"""A finer grid may change an expected rank by at most this much."""

LEVELS = {2: (12, 24, 48), 3: (12, 16, 24), 4: (8, 11, 15)}
LEVELS_OF_LARGE = {2: (8, 12), 3: (5, 7), 4: (4, 5)}
LARGE_CORE = 600
"""Nodes per axis, level by level, by the number of axes; fewer where one node takes long."""

LEVELS_OF_PEAK = (3, 4, 5)
"""Nodes per axis of a large call whose variances are known narrowly (peak.py)."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """A posterior mean and standard deviation of each of g things, both (g,), in points."""

    mean: Floats
    sd: Floats


@dataclass(frozen=True, eq=False)
class Calibration:
    """What the reviews say once the reviewers' severity is allowed for.

    `quality` is θ: how far each proposal stands above (+) the average one. `leniency` is b: how
    far each reviewer's totals stand above the average reviewer's. `better` (n, n) holds the
    probability that i is better than k. `grid_change` is the largest difference of an expected
    rank between the last two grids.
    """

    design: Design
    landscape: Landscape | Peak
    nodes: list[Node]
    mean: float
    quality: Estimate
    leniency: Estimate
    panel_effect: Floats
    better: Floats
    expected_rank: Floats
    grid_change: float

    def variance_estimates(self) -> dict[str, tuple[float, float]]:
        """Return posterior mean and sd of the sds τ, ω, s, κ under their names, in points."""
        weights = np.array([node.weight for node in self.nodes])
        names = ("tau", "omega", "s", "kappa")
        values = {name: np.array([getattr(node.at, name) for node in self.nodes]) for name in names}
        means = {name: float(weights @ value) for name, value in values.items()}
        return {
            name: (means[name], float(np.sqrt(weights @ (value - means[name]) ** 2)))
            for name, value in values.items()
        }


OFTEN = 5.0
"""Seconds between two sentences about the nodes."""


def silent(_sentence: str) -> None:
    """Say nothing about progress."""


def calibrate(
    design: Design, mode: Mode = Mode.DEFAULT, progress: Callable[[str], None] = silent
) -> Calibration:
    """Return the calibration of a design; deterministic, no sampling (SCORING.md §2.5).

    `progress` is told, in sentences, how far long work has come.
    """
    progress("Looking for the most likely variances.")
    unknown = posterior(design, mode)
    axes = len(unknown.axes)
    large = min(len(design.proposals), len(design.reviewers)) > LARGE_CORE
    peak = find_peak(unknown) if large else None
    levels = LEVELS_OF_PEAK if peak else (LEVELS_OF_LARGE if large else LEVELS)[axes]
    landscape = peak or survey(unknown)
    change = np.inf
    progress(f"Integrating over {levels[0]} nodes on each of {axes} axes.")
    summary = _summarise(landscape, levels[0], progress)
    for per_axis in levels[1:]:
        progress(f"Refining to {per_axis} nodes on each axis.")
        finer = _summarise(landscape, per_axis, progress)
        change = float(np.abs(finer.expected_rank - summary.expected_rank).max())
        summary = finer
        if change <= GOOD_ENOUGH:
            break
    return Calibration(
        design=design,
        landscape=landscape,
        nodes=summary.nodes,
        mean=summary.mean,
        quality=_mixed(summary.quality),
        leniency=_mixed(summary.leniency),
        panel_effect=summary.panels,
        better=summary.better,
        expected_rank=summary.expected_rank,
        grid_change=change,
    )


@dataclass(frozen=True, eq=False)
class _Moments:
    """Σ w·mean and Σ w·(variance + mean²) over the grid."""

    first: Floats
    second: Floats


@dataclass(frozen=True, eq=False)
class _Summary:
    nodes: list[Node]
    mean: float
    quality: _Moments
    leniency: _Moments
    panels: Floats
    better: Floats
    expected_rank: Floats


def _summarise(
    landscape: Landscape | Peak, per_axis: int, progress: Callable[[str], None]
) -> _Summary:
    design = landscape.posterior.model.design
    nodes = landscape.nodes(per_axis)
    comparison = Comparison(len(design.proposals))
    quality = [np.zeros(len(design.proposals)) for _ in range(2)]
    leniency = [np.zeros(len(design.reviewers)) for _ in range(2)]
    panels = np.zeros(len(design.panels))
    mean = 0.0
    told = time.monotonic()
    for number, node in enumerate(nodes, start=1):
        if time.monotonic() > told + OFTEN:
            progress(f"Node {number} of {len(nodes)}.")
            told = time.monotonic()
        solution = landscape.posterior.model.solve(node.at)
        comparison.add(solution.proposals, node.weight)
        for sums, effect in ((quality, solution.proposals), (leniency, solution.reviewers)):
            sums[0] += node.weight * effect.mean
            sums[1] += node.weight * (effect.variance + effect.mean**2)
        panels += node.weight * solution.panels
        mean += node.weight * solution.mean
    better = comparison.better()
    return _Summary(
        nodes=nodes,
        mean=mean,
        quality=_Moments(*quality),
        leniency=_Moments(*leniency),
        panels=panels,
        better=better,
        expected_rank=expected_ranks(better),
    )


def _mixed(moments: _Moments) -> Estimate:
    return Estimate(moments.first, np.sqrt(np.maximum(moments.second - moments.first**2, 0)))
