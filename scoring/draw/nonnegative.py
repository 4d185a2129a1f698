"""Least squares with nothing below zero, exact even where columns nearly depend on each other."""

import numpy as np
from scipy.linalg import lstsq

from scoring.draw.intervals import Mask
from scoring.draw.worst_case import Floats

_NOTHING = 1e-12


def nonnegative(matrix: Floats, target: Floats) -> Floats:
    """Return the weights >= 0 (columns) that bring matrix @ weights nearest to the target (rows).

    Lawson and Hanson (1974), ch. 23: one column more at a time, and back along the line to the
    last weights where a weight would fall below zero. scipy's `nnls` is the same method, but
    1.17.1 stops early at times: it returned weights on which another column still improves.
    """
    weights = np.zeros(matrix.shape[1])
    used = np.zeros(len(weights), dtype=np.bool_)
    seen: set[bytes] = set()  # each step is nearer, so what comes again is rounding only
    while used.tobytes() not in seen:
        seen.add(used.tobytes())
        gain = np.where(used, 0, matrix.T @ (target - matrix @ weights))
        if gain.max(initial=0) <= _NOTHING:
            break
        used[gain.argmax()] = True
        wanted = _nearest(matrix, target, used)
        while (below := used & (wanted <= 0)).any():
            steps = np.full(len(weights), np.inf)
            steps[below] = weights[below] / np.maximum((weights - wanted)[below], _NOTHING)
            weights += steps.min() * (wanted - weights)
            used &= (weights > _NOTHING) & (steps > steps.min())
            weights[~used] = 0
            wanted = _nearest(matrix, target, used)
        weights = wanted
    return weights


def _nearest(matrix: Floats, target: Floats, used: Mask) -> Floats:
    wanted = np.zeros(matrix.shape[1])
    wanted[used] = lstsq(matrix[:, used], target, lapack_driver="gelsy")[0]
    return wanted
