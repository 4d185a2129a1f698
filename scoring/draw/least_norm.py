"""The one point of least norm that keeps some sums high enough, by non-negative least squares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from scoring.draw.worst_case import Floats

_EXACT = 1e-10
_ROUNDS = 60
_NONE, _LOWER, _UPPER = 0, -1, 1


@dataclass(frozen=True, slots=True)
class Sums:
    """min Σ size·p² over 0 <= p <= 1 with rows @ p >= least and Σ size·p = total (groups)."""

    size: Floats
    rows: Floats
    least: Floats
    total: float


@dataclass(frozen=True, slots=True)
class Shortest:
    """The minimiser, the multiplier of each row, and that of the total."""

    p: Floats
    weight: Floats
    of_total: float


def least_norm(sums: Sums, near: Floats) -> Shortest:
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
        p, pull, weights = found
        now = np.where(pull < -_EXACT, _LOWER, np.where(pull > 1 + _EXACT, _UPPER, _NONE))
        if (now == at).all():
            return _shortest(sums, p, weights)
        at = now
    return _with_bounds(sums, at)


def _shortest(sums: Sums, p: Floats, weights: Floats) -> Shortest:
    count = len(sums.rows)
    return Shortest(np.clip(p, 0, 1), weights[:count], weights[count] - weights[count + 1])


def _on_free(sums: Sums, at: NDArray[np.int64]) -> tuple[Floats, Floats, Floats] | None:
    """Solve with some groups held at 0 or 1; also return where each would like to be, and why."""
    free = at == _NONE
    p = (at == _UPPER).astype(float)
    root = np.sqrt(sums.size)
    rows = np.vstack([sums.rows, sums.size, -sums.size])
    need = np.concatenate([sums.least, [sums.total, -sums.total]])
    solved = _least_distance(rows[:, free] / root[free], need - rows @ p)
    if solved is None:
        return None
    p[free] = solved[0] / root[free]
    pull = solved[1] @ rows / sums.size
    pull[free] = p[free]
    return p, pull, solved[1]


def _with_bounds(sums: Sums, at: NDArray[np.int64]) -> Shortest:
    """Solve with likely bounds as constraints, and violated ones added until none is left."""
    root = np.sqrt(sums.size)
    rows = np.vstack([sums.rows, sums.size, -sums.size]) / root
    need = np.concatenate([sums.least, [sums.total, -sums.total]])
    held = at.copy()
    low, high = np.flatnonzero(at == _LOWER), np.flatnonzero(at == _UPPER)
    while True:
        bounds = np.zeros((low.size + high.size, len(root)))
        bounds[np.arange(low.size), low] = 1 / root[low]
        bounds[low.size + np.arange(high.size), high] = -1 / root[high]
        rows = np.vstack([rows, bounds])
        need = np.concatenate([need, np.zeros(low.size), -np.ones(high.size)])
        solved = _least_distance(rows, need)
        if solved is None:
            raise ArithmeticError("no lottery has the value that the linear programme found")
        p = solved[0] / root
        low = np.flatnonzero((p < -_EXACT) & (held != _LOWER))
        high = np.flatnonzero((p > 1 + _EXACT) & (held != _UPPER))
        held[low], held[high] = _LOWER, _UPPER
        if not low.size and not high.size:
            return _shortest(sums, p, solved[1])


def _least_distance(rows: Floats, need: Floats) -> tuple[Floats, Floats] | None:
    """Return the shortest y with rows @ y >= need and its multipliers; None if there is none."""
    stacked = np.vstack([rows.T, need])
    target = np.zeros(len(stacked))
    target[-1] = 1
    weights, _ = nnls(stacked, target, maxiter=50 * max(stacked.shape))
    rest = stacked @ weights - target
    if -rest[-1] <= _EXACT**1.2:
        return None
    return -rest[:-1] / rest[-1], weights / -rest[-1]
