"""An upper bound on the worst proposal score that no assignment can beat."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from scoring.assignment.problem import Ints, Mask, Problem

_FIRST, _GROWTH, _LAST = 20, 5, 2_500  # proposals looked at together
_WIDTH = 60  # best reviewers of a proposal that the relaxation starts from
_WHOLE = 10**6  # dual weights are rounded to millionths, so the bound is exact
_DEAR = 10.0  # what a least load costs that the best pairs cannot meet: more than it is worth


def worst_bound(problem: Problem, achieved: int, *, thorough: bool = False) -> int:
    """Return the least proven bound; it equals `achieved` where that is proven the best possible.

    First min over proposals of their best permitted scores; then the LP max T with every score
    >= T, on the hardest proposals (a relaxation, so still a bound), growing until it meets what
    was achieved (once only unless `thorough`). The LP's duals w, a, b, c give the bound in exact
    integers over all pairs: floor((Σ d a + Σ u b - Σ l c + Σ max(0, w s - a - b + c)) / Σ w). Of a
    least load l counts what the proposals looked at must take at least.
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
    part = _part_of(problem, rows)
    weights, a, b, c = _duals(part)
    gains = np.maximum(weights[:, None] * part.merit - a[:, None] - b + c, 0)
    paid = _sum(part.demand, a) + _sum(part.high, b) - _sum(part.low, c) + _sum(weights, part.base)
    gained: list[int] = gains.sum(axis=1, where=part.allowed).tolist()  # each few enough
    return (paid + sum(gained)) // int(weights.sum())


def _sum(counts: Ints, prices: Ints) -> int:
    """Add up products that may together be more than 64 bits hold."""
    return sum(count * price for count, price in zip(counts.tolist(), prices.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class _Part:
    """Some proposals with what is left to decide of them; `base` is the merit of fixed seats.

    `low` is what they must take of each reviewer whatever all other proposals take.
    """

    merit: Ints
    allowed: Mask
    demand: Ints
    low: Ints
    high: Ints
    base: Ints


def _part_of(problem: Problem, rows: Ints) -> _Part:
    allowed, demand, high = problem.allowed.copy(), problem.demand.copy(), problem.max_load.copy()
    held, base = np.zeros_like(high), np.zeros_like(demand)
    for i, j in problem.fixed:
        allowed[i, j] = False
        demand[i] -= 1
        held[j] += 1
        base[i] += problem.merit[i, j]
    elsewhere = allowed & (demand > 0)[:, None]
    elsewhere[rows] = False
    return _Part(
        problem.merit[rows].astype(np.int64),
        allowed[rows],
        demand[rows],
        np.maximum(problem.min_load - held - elsewhere.sum(axis=0), 0),
        high - held,
        base[rows],
    )


def _duals(part: _Part) -> tuple[Ints, Ints, Ints, Ints]:
    """Solve the relaxation on the best pairs; any duals are valid, these are nearly the best."""
    merit, allowed = part.merit, part.allowed
    count, m = merit.shape
    width = min(_WIDTH, m)
    ranked = np.argsort(np.where(allowed, -merit, np.iinfo(np.int64).max), axis=1, kind="stable")
    row, column = np.repeat(np.arange(count), width), ranked[:, :width].ravel()
    keep = allowed[row, column]
    row, column = row[keep], column[keep]
    bound = np.flatnonzero(part.low)
    size = len(row) + len(bound) + 1  # pairs, least loads that are not met, the worst score
    arcs, unmet = np.arange(len(row)), len(row) + np.arange(len(bound))
    ones = np.ones(len(row))
    seats = coo_array((ones, (row, arcs)), shape=(count, size))
    scores = coo_array(
        (
            np.concatenate([-merit[row, column] / _WHOLE, np.ones(count)]),
            (
                np.concatenate([row, np.arange(count)]),
                np.concatenate([arcs, np.full(count, size - 1)]),
            ),
        ),
        shape=(count, size),
    )
    loads = coo_array((ones, (column, arcs)), shape=(m, size))
    place = np.zeros(m, dtype=np.int64)
    place[bound] = np.arange(len(bound))
    least = part.low[column] > 0
    met = coo_array(
        (
            -np.ones(int(least.sum()) + len(bound)),
            (
                np.concatenate([place[column[least]], np.arange(len(bound))]),
                np.concatenate([arcs[least], unmet]),
            ),
        ),
        shape=(len(bound), size),
    )
    limits = np.tile([0.0, 1.0], (size, 1))
    limits[unmet, 1] = np.inf
    limits[-1] = [-np.inf, np.inf]
    goal = np.zeros(size)
    goal[unmet], goal[-1] = _DEAR, -1
    # seats may stay empty in the relaxation of a pruned pair set: <= keeps it feasible
    found = linprog(
        goal,
        A_ub=_stack(scores, loads, seats, met),
        b_ub=np.concatenate([part.base / _WHOLE, part.high, part.demand, -part.low[bound]]),
        bounds=limits,
    )
    marginals = np.maximum(-found.ineqlin.marginals, 0)
    weights = np.rint(marginals[:count] * _WHOLE).astype(np.int64)
    b, a, c = np.split(np.rint(marginals[count:] * _WHOLE**2).astype(np.int64), [m, m + count])
    every = np.zeros(m, dtype=np.int64)
    every[bound] = c
    return weights, a, b, every


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
