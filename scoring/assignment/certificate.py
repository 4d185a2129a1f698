"""Proof that nothing better exists: prices against which anyone can check an assignment.

`check` needs nothing of this package. It takes the arrays that the assignment publishes, adds up
what the prices promise, and compares.
"""

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]


def check(
    merit: Whole, allowed: NDArray[np.bool_], demand: Whole, low: Whole, high: Whole, *,
    x: Whole, a: Whole, b: Whole,
) -> bool:  # fmt: skip
    """Say whether the 0/1 matrix x (n, m) is feasible and, by prices a (n), b (m), the best."""
    load = x.sum(axis=0)
    feasible = (
        ((x == 0) | ((x == 1) & allowed)).all()
        and (x.sum(axis=1) == demand).all()
        and ((low <= load) & (load <= high)).all()
    )
    gain = np.maximum(merit - a[:, None] - b, 0).sum(where=allowed)
    bound = (demand * a).sum() + np.maximum(high * b, low * b).sum() + gain
    return bool(feasible and bound == (merit * x).sum())
