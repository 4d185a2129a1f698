"""The best value that chances shared by classes can guarantee against some possible tops."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from scoring.draw.worst_case import Floats, Sets

_EXACT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True, slots=True)
class Best:
    """The value (an upper bound if only some possible tops were looked at) and chances of it."""

    value: float
    p: Floats


def best_value(sets: Sets, size: Floats, total: float) -> Best:
    """Maximise the least value of some sets over 0 <= p <= 1 (classes) with Σ size·p = total.

    One linear programme holds each set's worst choice of rivals: the sum of the `need` smallest
    chances is the largest of need·λ - Σ rivals·(λ - p)⁺ over λ (Ogryczak, Tamir 2003).
    """
    count, classes = sets.before.shape
    at_set, at_class = np.nonzero(sets.rivals)
    short = np.arange(len(at_set))  # one variable (λ - p)⁺ for each
    columns = np.cumsum([1, classes, count])  # where p, λ and the shortfalls begin
    each, under = np.arange(count), count + short
    before_set, before_class = np.nonzero(sets.before)
    ones = np.ones(len(short))
    entries = [
        (each, np.zeros(count, dtype=np.int64), np.ones(count)),
        (before_set, columns[0] + before_class, -sets.before[before_set, before_class]),
        (each, columns[1] + each, -sets.need),
        (at_set, columns[2] + short, sets.rivals[at_set, at_class]),
        (under, columns[1] + at_set, ones),
        (under, columns[0] + at_class, -ones),
        (under, columns[2] + short, -ones),
    ]
    rows, places, values = (np.concatenate(part) for part in zip(*entries, strict=True))
    width = int(columns[2]) + len(short)
    goal, places_taken = np.zeros(width), np.zeros((1, width))
    goal[0] = -1
    places_taken[0, columns[0] : columns[1]] = size
    found = linprog(
        goal,
        A_ub=coo_array((values, (rows, places)), shape=(count + len(short), width)).tocsr(),
        b_ub=np.zeros(count + len(short)),
        A_eq=places_taken,
        b_eq=[total],
        bounds=[(None, None), *[(0, 1)] * (classes + count), *[(0, None)] * len(short)],
        options=_EXACT,
    )
    return Best(float(found.x[0]), np.clip(found.x[columns[0] : columns[1]], 0, 1))
