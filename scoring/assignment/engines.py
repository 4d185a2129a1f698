"""Two exact solvers of one flow: HiGHS within scipy, and OR-tools where it is installed."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from scoring.assignment.problem import Ints

try:
    from ortools.graph.python import min_cost_flow
except ImportError:  # pragma: no cover - depends on what is installed
    min_cost_flow = None


@dataclass(frozen=True, slots=True)
class Arcs:
    """Permitted pairs considered so far, sorted by proposal: `merit` of giving `row` to `column`.

    Each takes 0..capacity; rows take exactly `demand`, columns between `low` and `high`.
    """

    row: Ints
    column: Ints
    merit: Ints
    capacity: int
    demand: Ints
    low: Ints
    high: Ints


def has_ortools() -> bool:
    """Say whether OR-tools is installed."""
    return min_cost_flow is not None


def flow_by_scipy(arcs: Arcs) -> Ints | None:
    """Solve with scipy's HiGHS; None when infeasible. Basic solutions are whole (unimodular)."""
    n, count = len(arcs.demand), len(arcs.row)
    if not count:
        return None if arcs.demand.any() or arcs.low.any() else arcs.row
    used = np.flatnonzero(np.bincount(arcs.column, minlength=len(arcs.high)) | (arcs.low > 0))
    place = np.zeros(len(arcs.high), dtype=np.int64)
    place[used] = np.arange(len(used))
    rows = np.empty(2 * count, dtype=np.int64)
    rows[0::2], rows[1::2] = arcs.row, n + place[arcs.column]
    matrix = csc_array(
        (np.ones(2 * count), rows, np.arange(0, 2 * count + 1, 2)), shape=(n + len(used), count)
    )
    limits = LinearConstraint(
        matrix,
        np.concatenate([arcs.demand, arcs.low[used]]),
        np.concatenate([arcs.demand, arcs.high[used]]),
    )
    found = milp(-arcs.merit.astype(float), constraints=limits, bounds=Bounds(0, arcs.capacity))
    if found.x is None:
        return None
    units: Ints = np.rint(found.x).astype(np.int64)
    return units


def flow_by_ortools(
    arcs: Arcs,
) -> Ints | None:  # pragma: no cover - tried where OR-tools is installed
    """Solve with OR-tools' cost-scaling push-relabel; None when infeasible."""
    n, m = len(arcs.demand), len(arcs.high)
    spare = np.flatnonzero(arcs.high > arcs.low)
    flow = min_cost_flow.SimpleMinCostFlow()
    sink = n + m
    pairs = flow.add_arcs_with_capacity_and_unit_cost(
        arcs.row, n + arcs.column, np.full(len(arcs.row), arcs.capacity), -arcs.merit
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        n + spare,
        np.full(len(spare), sink),
        (arcs.high - arcs.low)[spare],
        np.zeros(len(spare), dtype=np.int64),
    )
    supply = np.concatenate([arcs.demand, -arcs.low, [arcs.low.sum() - arcs.demand.sum()]])
    flow.set_nodes_supplies(np.arange(n + m + 1), supply)
    if flow.solve() != flow.OPTIMAL:
        return None
    return np.asarray(flow.flows(pairs), dtype=np.int64)
