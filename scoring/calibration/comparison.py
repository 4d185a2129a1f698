"""Who is better than whom: pairwise probabilities, expected ranks and the draw at the line."""

import numpy as np
from scipy.special import ndtr

from scoring.calibration.design import Floats
from scoring.calibration.effects import Effect

ROWS_AT_ONCE = 512


class Comparison:
    """The probability of each proposal being better than each other one, summed over the grid."""

    def __init__(self, count: int) -> None:
        self._better = np.zeros((count, count))

    def add(self, proposals: Effect, weight: float) -> None:
        """Add one node: w Φ((θ_i - θ_k) / √(V_ii + V_kk - 2 V_ik)) for all pairs i < k."""
        variance = proposals.variance
        count = len(variance)
        for first in range(0, count, ROWS_AT_ONCE):
            rows = slice(first, min(first + ROWS_AT_ONCE, count))
            right = slice(first, count)
            shared = proposals.covariance_of(rows, right)
            spread = variance[rows, None] + variance[None, right] - 2 * shared
            ahead = proposals.mean[rows, None] - proposals.mean[None, right]
            # two effects without any variance cannot be told apart: Φ(0)
            known = spread > 0
            np.divide(ahead, np.sqrt(spread, where=known, out=spread), where=known, out=ahead)
            ahead[~known] = 0
            self._better[rows, right] += weight * ndtr(ahead)

    def better(self) -> Floats:
        """Return P (n, n): P[i, k] is the probability that i is better than k; ½ with itself."""
        upper = np.triu(self._better, 1)
        full = upper + np.tril(1 - upper.T, -1)
        np.fill_diagonal(full, 0.5)
        return full


def expected_ranks(better: Floats) -> Floats:
    """Return 1 + Σ_{k≠i} P(k better than i), shape (n,); they add up to n(n+1)/2."""
    return np.asarray(0.5 + better.sum(axis=0))
