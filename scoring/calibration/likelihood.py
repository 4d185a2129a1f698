"""The crossed Gaussian model at fixed variances: likelihood, estimates and their covariance.

y_r = μ + θ_i(r) + b_j(r) [+ panel_k(r)] + e_r, θ ~ N(0, τ²), b ~ N(0, ω²), panel ~ N(0, κ²),
e ~ N(0, s²/c_r). One side (proposals or reviewers, whichever is larger) is eliminated by its
diagonal block; the rest, the core, is factorised. Everything is scaled by the standard
deviations, so that a variance of exactly 0 is an ordinary case. (SCORING.md §2.5.)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log
from typing import TypeAlias

import numpy as np
from scipy import linalg, sparse

from scoring.calibration.design import Design, Floats
from scoring.calibration.effects import Core, Effect, RootedEffect, SparseEffect

Counts: TypeAlias = "Floats | sparse.csr_array"
DENSE_UP_TO = 2_000_000
"""Cross tables with at most so many cells are kept dense: sparse calls cost more than they save."""

MANY_CELLS, STACK = 1_000_000, 512
"""Models whose products have at most so many cells are evaluated in stacks of so many points."""


@dataclass(frozen=True, slots=True)
class Variances:
    """Standard deviations, in points: proposals τ, reviewers ω, residual s, panels κ."""

    tau: float
    omega: float
    s: float
    kappa: float = 0.0


@dataclass(frozen=True, eq=False)
class Model:
    """A design prepared for many evaluations at different variances.

    `mean` fixes μ; with `None` it has a flat prior and is integrated out (REML). `with_panels`
    adds the panel effect.
    """

    design: Design
    mean: float | None = None
    with_panels: bool = False

    @cached_property
    def _origin(self) -> float:
        return float(self.design.y.mean()) if self.mean is None else self.mean

    @cached_property
    def proposals_eliminated(self) -> bool:
        return len(self.design.proposals) >= len(self.design.reviewers)

    @cached_property
    def _blocks(self) -> "_Blocks":
        design = self.design
        proposal = design.effects(design.proposal, len(design.proposals))
        reviewer = design.effects(design.reviewer, len(design.reviewers))
        if self.proposals_eliminated:
            eliminated, core = proposal, [reviewer]
        else:
            eliminated, core = reviewer, [proposal]
        if self.with_panels:
            core.append(design.effects(design.panel, len(design.panels)))
        if self.mean is None:
            core.append(sparse.csr_array(np.ones((len(design.y), 1))))
        kept = sparse.hstack(core, format="csr")
        weighted = sparse.diags_array(design.confidence)
        z = design.y - self._origin
        return _Blocks(
            own=np.asarray(eliminated.T @ design.confidence),
            cross=_compact((eliminated.T @ weighted @ kept).tocsr()),
            core=(kept.T @ weighted @ kept).toarray(),
            own_sum=np.asarray(eliminated.T @ (design.confidence * z)),
            core_sum=np.asarray(kept.T @ (design.confidence * z)),
            squares=float(z @ (design.confidence * z)),
            log_confidence=float(np.log(design.confidence).sum()),
        )

    def _core_scale(self, at: Variances) -> Floats:
        """Return the prior sd of each core effect; the flat mean is scaled by 1."""
        first = at.omega if self.proposals_eliminated else at.tau
        count = len(self.design.reviewers if self.proposals_eliminated else self.design.proposals)
        scale = [np.full(count, first)]
        if self.with_panels:
            scale.append(np.full(len(self.design.panels), at.kappa))
        if self.mean is None:
            scale.append(np.ones(1))
        return np.concatenate(scale)

    @cached_property
    def _products(self) -> Floats | None:
        """Return all products of two cells of a cross row, (e, c·c), where they are few."""
        cross = self._blocks.cross
        if not isinstance(cross, np.ndarray) or cross.shape[0] * cross.shape[1] ** 2 > MANY_CELLS:
            return None
        return np.asarray(cross[:, :, None] * cross[:, None, :]).reshape(len(cross), -1)

    def logliks(self, points: Sequence[Variances]) -> Floats:
        """Return `solve(at).loglik` of many points at once, shape (points,); fast for small models.

        The same algebra as `solve`, with one stack of small matrices instead of one by one.
        """
        products = self._products
        if products is None:
            return np.array([self.solve(at).loglik for at in points])
        return np.concatenate(
            [
                self._stacked(points[first : first + STACK], products)
                for first in range(0, len(points), STACK)
            ]
        )

    def _stacked(self, points: Sequence[Variances], products: Floats) -> Floats:
        blocks, size = self._blocks, len(self._blocks.core)
        s = np.array([at.s for at in points])
        precision = 1 / s**2
        eliminated = np.array([at.tau if self.proposals_eliminated else at.omega for at in points])
        grown = 1 + (eliminated**2 * precision)[:, None] * blocks.own
        inverse = (eliminated**2)[:, None] / grown
        scale = np.array([self._core_scale(at) for at in points])
        inner = blocks.core * precision[:, None, None] - (
            (inverse * (precision**2)[:, None]) @ products
        ).reshape(-1, size, size)
        system = scale[:, :, None] * inner * scale[:, None, :]
        proper = np.arange(size - (self.mean is None))
        system[:, proper, proper] += 1
        lower = np.linalg.cholesky(system)
        own_sum = blocks.own_sum * precision[:, None]
        crossed = (inverse * own_sum * precision[:, None]) @ blocks.cross
        right = scale * (blocks.core_sum * precision[:, None] - crossed)
        half = np.linalg.solve(lower, right[:, :, None])[:, :, 0]
        quadratic = (
            blocks.squares * precision - (own_sum**2 * inverse).sum(axis=1) - (half**2).sum(axis=1)
        )
        diagonal = np.diagonal(lower, axis1=1, axis2=2)
        count = len(self.design.y)
        return np.asarray(
            -0.5
            * (
                (count - (self.mean is None)) * np.log(2 * np.pi)
                + count * np.log(s**2)
                - blocks.log_confidence
                + np.log(grown).sum(axis=1)
                + 2 * np.log(diagonal).sum(axis=1)
                + quadratic
            )
        )

    def solve(self, at: Variances) -> "Solution":
        """Return everything the model says at these variances; s must be above 0."""
        if isinstance(self._blocks.cross, np.ndarray):
            return self._solve(at)
        return self._in_units_of_s(at).with_noise(at.s)

    def _in_units_of_s(self, at: Variances) -> "Solution":
        """Return the solution at s = 1 and the same ratios; the last one is kept.

        Ratios alone decide estimates and factors, so points that differ in s only share them.
        """
        tau, omega, kappa = (float(f"{x / at.s:.13g}") for x in (at.tau, at.omega, at.kappa))
        ratios = Variances(tau, omega, 1.0, kappa)
        kept = self._kept
        if not kept or kept[0][0] != ratios:
            kept[:] = [(ratios, self._solve(ratios))]
        return kept[0][1]

    @cached_property
    def _kept(self) -> "list[tuple[Variances, Solution]]":
        return []

    def _solve(self, at: Variances) -> "Solution":
        blocks, precision = self._blocks, 1 / at.s**2
        eliminated_sd = at.tau if self.proposals_eliminated else at.omega
        grown = 1 + eliminated_sd**2 * precision * blocks.own
        inverse = eliminated_sd**2 / grown  # D⁻¹, 0 where the variance is 0
        scale = self._core_scale(at)
        cross = blocks.cross * precision
        inner = blocks.core * precision - _gram(cross, inverse)
        system = scale[:, None] * inner * scale
        proper = len(scale) - (self.mean is None)
        system[np.arange(proper), np.arange(proper)] += 1
        lower = linalg.cholesky(system, lower=True, check_finite=False, overwrite_a=True)
        own_sum, core_sum = blocks.own_sum * precision, blocks.core_sum * precision
        right = scale * (core_sum - cross.T @ (inverse * own_sum))
        half = linalg.solve_triangular(lower, right, lower=True, check_finite=False)
        scaled = linalg.solve_triangular(lower, half, lower=True, trans=1, check_finite=False)
        core_mean = scale * scaled
        own_mean = inverse * (own_sum - cross @ core_mean)
        count = len(self.design.y)
        free = count - (self.mean is None)
        quadratic = blocks.squares * precision - own_sum @ (inverse * own_sum) - half @ half
        loglik = -0.5 * (
            free * np.log(2 * np.pi)
            + count * np.log(at.s**2)
            - blocks.log_confidence
            + np.log(grown).sum()
            + 2 * np.log(np.diag(lower)).sum()
            + quadratic
        )
        return Solution(
            model=self,
            loglik=float(loglik),
            quadratic=float(quadratic),
            own_mean=own_mean,
            core_mean=core_mean,
            inverse=inverse,
            scale=scale,
            core=Core(lower),
            cross=cross,
        )


@dataclass(frozen=True, eq=False, slots=True)
class _Blocks:
    """Weighted counts and sums: `own` (e,), `cross` (e, c), `core` (c, c) and right-hand sides."""

    own: Floats
    cross: Counts
    core: Floats
    own_sum: Floats
    core_sum: Floats
    squares: float
    log_confidence: float


def _compact(cross: sparse.csr_array) -> Counts:
    rows, columns = cross.shape
    return np.asarray(cross.toarray()) if rows * columns <= DENSE_UP_TO else cross


def _gram(cross: Counts, weights: Floats) -> Floats:
    """Return crossᵀ diag(weights) cross as a dense matrix."""
    if isinstance(cross, np.ndarray):
        return np.asarray(cross.T @ (weights[:, None] * cross))
    return np.asarray((cross.T @ sparse.diags_array(weights) @ cross).toarray())


@dataclass(frozen=True, eq=False)
class Solution:
    """The model at fixed variances: log-likelihood and, on demand, the posterior of each group."""

    model: Model
    loglik: float
    quadratic: float
    own_mean: Floats
    core_mean: Floats
    inverse: Floats
    scale: Floats
    core: Core
    cross: Counts
    noise: float = 1.0

    @property
    def lower(self) -> Floats:
        return self.core.lower

    def with_noise(self, s: float) -> "Solution":
        """Return the solution at these ratios of sds and another s, this one being at s = 1."""
        free = len(self.model.design.y) - (self.model.mean is None)
        loglik = self.loglik + 0.5 * self.quadratic - free * log(s) - 0.5 * self.quadratic / s**2
        return replace(self, loglik=loglik, quadratic=self.quadratic / s**2, noise=s)

    @cached_property
    def _root(self) -> Floats:
        """F of the core: its covariance is FᵀF."""
        return np.asarray(
            linalg.solve_triangular(self.lower, np.diag(self.scale), lower=True, check_finite=False)
        )

    @property
    def _eliminated(self) -> Effect:
        if not isinstance(self.cross, np.ndarray):
            weights = sparse.diags_array(self.inverse) @ self.cross @ sparse.diags_array(self.scale)
            return SparseEffect(self.own_mean, self.inverse, weights.tocsr(), self.core, self.noise)
        shared = np.asarray((self.cross @ self._root.T).T) * self.inverse
        return RootedEffect(self.own_mean, self.inverse, shared)

    def _of_core(self, count: int) -> Effect:
        mean, own = self.core_mean[:count], np.zeros(count)
        if not isinstance(self.cross, np.ndarray):
            weights = sparse.diags_array(self.scale).tocsr()[:count]
            return SparseEffect(mean, own, weights, self.core, self.noise)
        return RootedEffect(mean, own, self._root[:, :count])

    @cached_property
    def proposals(self) -> Effect:
        if self.model.proposals_eliminated:
            return self._eliminated
        return self._of_core(len(self.model.design.proposals))

    @cached_property
    def reviewers(self) -> Effect:
        if self.model.proposals_eliminated:
            return self._of_core(len(self.model.design.reviewers))
        return self._eliminated

    @property
    def mean(self) -> float:
        """The grand mean μ, in points."""
        origin = self.model._origin  # noqa: SLF001  (one module, two halves of one thing)
        return origin + (float(self.core_mean[-1]) if self.model.mean is None else 0.0)

    @property
    def panels(self) -> Floats:
        """Panel effects (K,), zeros when the model has none."""
        count = len(self.model.design.panels)
        if not self.model.with_panels:
            return np.zeros(count)
        end = len(self.core_mean) - (self.model.mean is None)
        return self.core_mean[end - count : end]
