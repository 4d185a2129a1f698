"""The one point of least norm that keeps some sums high enough, by non-negative least squares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.draw.nonnegative import nonnegative
from scoring.draw.worst_case import Floats

_EXACT = 1e-10
_ROUNDS = 60
_NONE, _LOWER, _UPPER = range(3)


@dataclass(frozen=True, slots=True)
class Sums:
    """min Σ size·p² over 0 <= p <= 1 with rows @ p >= least and Σ size·p = total (groups)."""

    size: Floats
    rows: Floats
    least: Floats
    total: float


def least_norm(sums: Sums, near: Floats) -> Floats:
    """Return the unique minimiser; `near` is a guess of which groups are at 0 or 1.

    A primal-dual active set (Hintermüller, Ito, Kunisch 2003) over the bounds; each inner problem
    is a least-distance problem in the free groups, solved by one NNLS (Lawson, Hanson 1974, ch.
    23). Where the sets cycle, the bounds are added one by one as constraints instead.
    """
    at = np.where(near <= _EXACT, _LOWER, np.where(near >= 1 - _EXACT, _UPPER, _NONE))
    seen: set[bytes] = set()
    while at.tobytes() not in seen and len(seen) < _ROUNDS:
        seen.add(at.tobytes())
        found = _on_free(sums, at)
        if found is None:
            break
        p, pull = found
        now = np.where(pull < -_EXACT, _LOWER, np.where(pull > 1 + _EXACT, _UPPER, _NONE))
        if (now == at).all():
            return np.clip(p, 0, 1)
        at = now
    return _with_bounds(sums, at)


def _on_free(sums: Sums, at: NDArray[np.int64]) -> tuple[Floats, Floats] | None:
    """Solve with some groups held at 0 or 1; also return where each would like to be."""
    free = at == _NONE
    if not free.any():
        return None
    p = (at == _UPPER).astype(float)
    solved = _without_bounds(
        Sums(
            sums.size[free],
            sums.rows[:, free],
            sums.least - sums.rows @ p,
            sums.total - sums.size @ p,
        )
    )
    if solved is None:
        return None
    p[free] = solved.p
    return p, solved.weight @ sums.rows / sums.size + solved.level


def _with_bounds(sums: Sums, at: NDArray[np.int64]) -> Floats:
    """Solve with likely bounds as constraints, and violated ones added until none is left."""
    count = len(sums.size)
    rows, least, held = sums.rows, sums.least, at.copy()
    low, high = np.flatnonzero(at == _LOWER), np.flatnonzero(at == _UPPER)
    while True:
        bounds = np.zeros((low.size + high.size, count))
        bounds[np.arange(low.size), low] = 1
        bounds[low.size + np.arange(high.size), high] = -1
        rows = np.vstack([rows, bounds])
        least = np.concatenate([least, np.zeros(low.size), -np.ones(high.size)])
        solved = _without_bounds(Sums(sums.size, rows, least, sums.total))
        if solved is None:
            raise ArithmeticError("no lottery has the value that the linear programme found")
        low = np.flatnonzero((solved.p < -_EXACT) & (held != _LOWER))
        high = np.flatnonzero((solved.p > 1 + _EXACT) & (held != _UPPER))
        held[low], held[high] = _LOWER, _UPPER
        if not low.size and not high.size:
            return np.clip(solved.p, 0, 1)


@dataclass(frozen=True, slots=True)
class _Solved:
    """p = weight @ rows / size + level, with a weight >= 0 for each row that holds p up."""

    p: Floats
    weight: Floats
    level: float


def _without_bounds(sums: Sums) -> _Solved | None:
    """Minimise without 0 <= p <= 1; None if no p has all sums.

    What p differs from the mean is the shortest y with G y >= h, G orthogonal to the total.
    """
    mean = sums.total / sums.size.sum()
    even = sums.rows.sum(axis=1) / sums.size.sum()
    root = np.sqrt(sums.size)
    weight = _multipliers(
        sums.rows / root - np.outer(even, root), sums.least - mean * sums.rows.sum(axis=1)
    )
    if weight is None:
        return None
    level = mean - float(weight @ even)
    return _Solved(weight @ sums.rows / sums.size + level, weight, level)


def _multipliers(rows: Floats, need: Floats) -> Floats | None:
    """Return the multipliers of the shortest y with rows @ y >= need; None if there is none."""
    scale = np.sqrt(rows.shape[1])  # y / scale is of the size of one chance
    stacked = np.vstack([rows.T, need / scale])
    target = np.zeros(len(stacked))
    target[-1] = 1
    weights = nonnegative(stacked, target)
    rest = 1 - float(stacked[-1] @ weights)
    return None if rest <= _EXACT else weights * (scale / rest)
