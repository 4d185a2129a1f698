"""The posterior of one group of effects, in the two shapes it is kept in.

Small models keep a root of the covariance, F with covariance diag(`own`) + FᵀF. Where the cross
table is sparse, each effect hangs on few effects of the core: then the covariance is kept as
diag(`own`) + W S⁻¹ Wᵀ with a sparse W, and neither F nor all pairs are ever held at once.
(SCORING.md §2.5, complexity.)
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from scipy import linalg, sparse

from scoring.calibration.design import Floats


class Effect(Protocol):
    """Posterior means (g,) and covariance (g, g) of one group of effects, in points."""

    @property
    def mean(self) -> Floats: ...

    @property
    def variance(self) -> Floats:
        """Return the diagonal of the covariance, (g,)."""
        ...

    @property
    def covariance(self) -> Floats: ...

    def covariance_of(self, rows: slice, columns: slice) -> Floats:
        """Return a part of the covariance; its diagonal without `own`, which pairs do not need."""
        ...

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Return `count` draws of the effects, shape (count, g)."""
        ...


@dataclass(frozen=True, eq=False)
class RootedEffect:
    """Means (g,), covariance diag(`own`) + FᵀF; `shared` is F, of shape (core, g)."""

    mean: Floats
    own: Floats
    shared: Floats

    @cached_property
    def variance(self) -> Floats:
        return np.asarray(self.own + np.einsum("ij,ij->j", self.shared, self.shared))

    @property
    def covariance(self) -> Floats:
        covariance = self.shared.T @ self.shared
        covariance[np.diag_indices_from(covariance)] += self.own
        return np.asarray(covariance)

    def covariance_of(self, rows: slice, columns: slice) -> Floats:
        return np.asarray(self.shared[:, rows].T @ self.shared[:, columns])

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        common = random.standard_normal((count, len(self.shared))) @ self.shared
        own = random.standard_normal((count, len(self.own))) * np.sqrt(self.own)
        return np.asarray(self.mean + common + own)


@dataclass(frozen=True, eq=False)
class Core:
    """The factorised core: S = LLᵀ with `lower` = L, shape (core, core)."""

    lower: Floats

    @cached_property
    def inverse(self) -> Floats:
        """Return S⁻¹, symmetric, (core, core)."""
        half, failed = linalg.lapack.dpotri(self.lower, lower=1)
        assert not failed  # a factor that exists has an inverse
        strict = np.tril(half, -1)
        return np.asarray(strict + strict.T + np.diag(np.diag(half)))

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Return `count` draws from N(0, S⁻¹), shape (core, count), by one triangular solve."""
        noise = random.standard_normal((count, len(self.lower))).T
        return np.asarray(
            linalg.solve_triangular(self.lower, noise, lower=True, trans=1, check_finite=False)
        )


@dataclass(frozen=True, eq=False)
class SparseEffect:
    """Means (g,), covariance `noise`² (diag(`own`) + W S⁻¹ Wᵀ); `weights` is W, (g, core)."""

    mean: Floats
    own: Floats
    weights: sparse.csr_array
    core: Core
    noise: float = 1.0

    @cached_property
    def _reach(self) -> Floats:
        """W S⁻¹, (g, core)."""
        return np.asarray(self.weights @ self.core.inverse)

    @cached_property
    def variance(self) -> Floats:
        # row by row Σ (W S⁻¹) · W over the few cells of W
        rows = np.repeat(np.arange(len(self.mean)), np.diff(self.weights.indptr))
        cells = self._reach[rows, self.weights.indices] * self.weights.data
        shared = np.bincount(rows, cells, minlength=len(self.mean))
        return np.asarray(self.noise**2 * (self.own + shared))

    @property
    def covariance(self) -> Floats:
        every = slice(None)
        return np.asarray(self.covariance_of(every, every) + np.diag(self.noise**2 * self.own))

    def covariance_of(self, rows: slice, columns: slice) -> Floats:
        return np.asarray(self.noise**2 * (self.weights[columns] @ self._reach[rows].T).T)

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        common = (self.weights @ self.core.draw(random, count)).T
        own = random.standard_normal((count, len(self.own))) * np.sqrt(self.own)
        return np.asarray(self.mean + self.noise * (common + own))
