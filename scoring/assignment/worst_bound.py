"""An upper bound on the worst proposal score that no assignment can beat."""

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from scoring.assignment.problem import Ints, Problem

_FIRST, _GROWTH, _LAST = 20, 5, 2_500  # proposals looked at together
_WIDTH = 60  # best reviewers of a proposal that the relaxation starts from
_WHOLE = 10**6  # dual weights are rounded to millionths, so the bound is exact


def worst_bound(problem: Problem, achieved: int, *, thorough: bool = False) -> int:
    """Return the least proven bound; it equals `achieved` where that is proven the best possible.

    First min over proposals of their best permitted scores; then the LP max T with every score
    >= T, on the hardest proposals (a relaxation, so still a bound), growing until it meets what
    was achieved (once only unless `thorough`). The LP's duals w, a, b give the bound in exact
    integers over all pairs: floor((Σ d a + Σ u b + Σ max(0, w s - a - b)) / Σ w).
    """
    rows = np.flatnonzero(problem.demand > 0)
    if not rows.size:
        return 0
    alone = _best_alone(problem, rows)
    bound = int(alone.min())
    hardest = rows[np.argsort(alone, kind="stable")]
    count = _FIRST
    while bound > achieved:
        bound = min(bound, _bound_on(problem, np.sort(hardest[:count])))
        if not thorough or count >= min(len(rows), _LAST):
            break
        count *= _GROWTH
    return bound


def _best_alone(problem: Problem, rows: Ints) -> Ints:
    """Sum the best permitted merits of each proposal, fixed seats included."""
    best = np.empty(len(rows), dtype=np.int64)
    kept = _fixed_of(problem)
    for place, row in enumerate(rows.tolist()):
        open_columns = problem.allowed[row].copy()
        open_columns[kept.get(row, [])] = False
        merits = np.sort(problem.merit[row, open_columns].astype(np.int64))
        free = int(problem.demand[row]) - len(kept.get(row, []))
        fixed = problem.merit[row, kept.get(row, [])].astype(np.int64)
        best[place] = merits[len(merits) - free :].sum() + fixed.sum()
    return best


def _fixed_of(problem: Problem) -> dict[int, list[int]]:
    kept: dict[int, list[int]] = {}
    for i, j in problem.fixed:
        kept.setdefault(i, []).append(j)
    return kept


def _bound_on(problem: Problem, rows: Ints) -> int:
    merit = problem.merit[rows].astype(np.int64)
    allowed = problem.allowed[rows].copy()
    demand, high = problem.demand[rows].copy(), problem.max_load.copy()
    base = np.zeros(len(rows), dtype=np.int64)
    place_of = {row: place for place, row in enumerate(rows.tolist())}
    for i, j in problem.fixed:
        high[j] -= 1
        if i in place_of:
            place = place_of[i]
            allowed[place, j] = False
            demand[place] -= 1
            base[place] += problem.merit[i, j]
    weights, a, b = _duals(merit, allowed, demand, high, base)
    surplus = np.maximum(weights[:, None] * merit - a[:, None] - b, 0)[allowed].sum()
    proven = (demand * a).sum() + (high * b).sum() + surplus + (weights * base).sum()
    return int(proven) // int(weights.sum())


def _duals(
    merit: Ints, allowed: np.ndarray, demand: Ints, high: Ints, base: Ints
) -> tuple[Ints, Ints, Ints]:
    """Solve the relaxation on the best pairs; any duals are valid, these are nearly the best."""
    count, m = merit.shape
    width = min(_WIDTH, m)
    ranked = np.argsort(np.where(allowed, -merit, np.iinfo(np.int64).max), axis=1, kind="stable")
    row, column = np.repeat(np.arange(count), width), ranked[:, :width].ravel()
    keep = allowed[row, column]
    row, column = row[keep], column[keep]
    arcs = np.arange(len(row))
    ones = np.ones(len(row))
    shape = (count, len(row) + 1)
    seats = coo_array((ones, (row, arcs)), shape=shape)
    scores = coo_array(
        (
            np.concatenate([-merit[row, column] / _WHOLE, np.ones(count)]),
            (
                np.concatenate([row, np.arange(count)]),
                np.concatenate([arcs, np.full(count, len(row))]),
            ),
        ),
        shape=shape,
    )
    loads = coo_array((ones, (column, arcs)), shape=(m, len(row) + 1))
    limits = np.zeros((len(row) + 1, 2))
    limits[:, 1] = 1
    limits[-1] = [-np.inf, np.inf]
    goal = np.zeros(len(row) + 1)
    goal[-1] = -1
    # seats may stay empty in the relaxation of a pruned pair set: <= keeps it feasible
    found = linprog(
        goal,
        A_ub=_stack(scores, loads, seats),
        b_ub=np.concatenate([base / _WHOLE, high, demand]),
        bounds=limits,
        method="highs",
    )
    marginals = -found.ineqlin.marginals
    weights = np.maximum(np.rint(marginals[:count] * _WHOLE), 0).astype(np.int64)
    b = np.maximum(np.rint(marginals[count : count + m] * _WHOLE**2), 0).astype(np.int64)
    a = np.rint(marginals[count + m :] * _WHOLE**2).astype(np.int64)
    return weights, a, b


def _stack(*parts: coo_array) -> coo_array:
    rows, columns, values, offset = [], [], [], 0
    for part in parts:
        rows.append(part.coords[0] + offset)
        columns.append(part.coords[1])
        values.append(part.data)
        offset += part.shape[0]
    return coo_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=(offset, parts[0].shape[1]),
    )
