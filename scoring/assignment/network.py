"""The exact optimum over all permitted pairs, found on few of them and priced against the rest."""

from dataclasses import dataclass
from math import isqrt

import numpy as np

from scoring.assignment.engines import Arcs, flow_by_ortools, flow_by_scipy, has_ortools
from scoring.assignment.prices import bound_of, positive_surplus, prices_of
from scoring.assignment.problem import Ints, Mask, Merit

_COLUMNS = 256  # columns transposed together while the best proposals of each are sought


@dataclass(frozen=True, slots=True)
class Network:
    """Proposals × reviewers with demands and load limits; every pair takes 0..capacity units."""

    merit: Merit
    allowed: Mask
    demand: Ints
    low: Ints
    high: Ints
    capacity: int = 1


@dataclass(frozen=True, slots=True)
class Optimum:
    """Units per used pair, and prices that prove it: `bound` equals `total`."""

    row: Ints
    column: Ints
    units: Ints
    total: int
    bound: int
    a: Ints
    b: Ints
    rounds: int


def solve(network: Network, *, engine: str | None = None) -> Optimum | None:
    """Return the maximum of Σ merit·units; None when the demands cannot be met.

    Keeps per proposal the best max(4·demand, 1.5·demand + √m / 2) and per reviewer the best
    max(2·load, 8) pairs, solves, then adds every other pair whose merit exceeds its two prices,
    until none does: the prices are then a certificate over all pairs. `engine` is "scipy",
    "ortools" or None for the faster one that is installed.
    """
    flow_of = flow_by_ortools if (engine or _default_engine()) == "ortools" else flow_by_scipy
    m = network.merit.shape[1]
    keep = first_width(network)
    chosen = best_pairs(network, keep)
    rounds = 0
    while True:
        rounds += 1
        arcs = _arcs_of(network, chosen)
        flow = flow_of(arcs)
        if flow is None:
            if keep >= m:
                return None
            keep *= 2
            chosen = best_pairs(network, keep)
            continue
        prices = prices_of(arcs, flow)
        if prices is None:  # pragma: no cover - a solver that is wrong
            raise ArithmeticError("the solver returned a flow that is not optimal on its pairs")
        a, b = prices
        wins, surplus = positive_surplus(network.merit, network.allowed, a, b)
        new = np.setdiff1d(wins, chosen, assume_unique=True)
        if not new.size:
            used = np.flatnonzero(flow)
            return Optimum(
                row=arcs.row[used],
                column=arcs.column[used],
                units=flow[used],
                total=int((arcs.merit[used] * flow[used]).sum()),
                bound=bound_of(
                    network.demand,
                    network.low,
                    network.high,
                    a=a,
                    b=b,
                    surplus=surplus * network.capacity,
                ),
                a=a,
                b=b,
                rounds=rounds,
            )
        chosen = np.union1d(chosen, new)


def _default_engine() -> str:
    return "ortools" if has_ortools() else "scipy"


def first_width(network: Network) -> int:
    most = int(-(-network.demand.max(initial=0) // network.capacity))
    return max(4 * most, -(-3 * most // 2) + isqrt(network.merit.shape[1]) // 2 + 1)


def _arcs_of(network: Network, chosen: Ints) -> Arcs:
    row, column = np.divmod(chosen, network.merit.shape[1])
    return Arcs(
        row=row,
        column=column,
        merit=network.merit[row, column].astype(np.int64),
        capacity=network.capacity,
        demand=network.demand,
        low=network.low,
        high=network.high,
    )


def best_pairs(network: Network, keep: int) -> Ints:
    """Return flat indices of the best pairs of each proposal and of each reviewer, sorted."""
    n, m = network.merit.shape
    of_reviewer = max(2 * int(-(-network.high.max(initial=0) // network.capacity)), 8)
    found = [np.empty(0, dtype=np.int64)]
    for start in range(0, n, _COLUMNS):
        rows = slice(start, min(n, start + _COLUMNS))
        row, column = _best_of_rows(network.merit[rows], network.allowed[rows], keep)
        found.append((row + start) * m + column)
    for start in range(0, m, _COLUMNS):
        columns = slice(start, min(m, start + _COLUMNS))
        merit = network.merit[:, columns].T.copy()
        allowed = np.ascontiguousarray(network.allowed[:, columns].T)
        column, row = _best_of_rows(merit, allowed, of_reviewer)
        found.append(row * m + column + start)
    return np.unique(np.concatenate(found))


def _best_of_rows(merit: Merit, allowed: Mask, keep: int) -> tuple[Ints, Ints]:
    if keep >= merit.shape[1]:
        row, column = np.nonzero(allowed)
        return row, column
    worst = np.iinfo(merit.dtype).max
    order = np.argpartition(np.where(allowed, -merit, worst), keep, axis=1)[:, :keep]
    row = np.repeat(np.arange(len(merit)), keep)
    column = order.ravel()
    permitted = allowed[row, column]
    return row[permitted], column[permitted]
