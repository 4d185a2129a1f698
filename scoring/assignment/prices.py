"""Dual prices of a flow, and the bound they prove: nobody can reach a higher total."""

from collections.abc import Iterator

import numpy as np

from scoring.assignment.engines import Arcs
from scoring.assignment.problem import Ints, Mask, Merit

_BLOCK = 4_000_000  # pairs looked at together: bounds the memory of one pass


def prices_of(arcs: Arcs, flow: Ints) -> tuple[Ints, Ints] | None:
    """Return whole prices (a of proposals, b of reviewers) that prove the flow optimal on its arcs.

    Shortest distances in the residual graph (Bellman–Ford, exact integers). Where a pair could
    take more, merit - a - b <= 0; where it could take less, >= 0; b <= 0 where a reviewer has room,
    b >= 0 where one could be relieved. None when the flow is not optimal.
    """
    load = np.bincount(arcs.column, weights=flow, minlength=len(arcs.high)).astype(np.int64)
    room, relief = load < arcs.high, load > arcs.low
    more, less = flow < arcs.capacity, flow > 0
    reach = int(np.abs(arcs.merit).max(initial=0)) + 1
    for far in (reach, reach * (len(load) + len(arcs.demand) + 1) * 2):
        a = np.full(len(arcs.demand), far)
        c = np.where(relief, 0, far)
        if _settle(arcs, (more, less, room), a, c):
            return a, -c
    return None


def _settle(arcs: Arcs, residual: tuple[Mask, Mask, Mask], a: Ints, c: Ints) -> bool:
    """Lower a and c until every residual constraint holds; False if a reviewer's price is wrong."""
    more, less, room = residual
    row_less, column_less, merit_less = arcs.row[less], arcs.column[less], arcs.merit[less]
    row_more, column_more, merit_more = arcs.row[more], arcs.column[more], arcs.merit[more]
    starts = np.searchsorted(row_more, np.arange(len(a) + 1))
    for _ in range(len(a) + len(c) + 2):
        before = a.copy()
        np.minimum.at(a, row_less, merit_less + c[column_less])
        changed = np.flatnonzero(a < before) if _ else np.arange(len(a))
        if not changed.size:
            return True
        picks = _spans(starts, changed)
        np.minimum.at(c, column_more[picks], a[row_more[picks]] - merit_more[picks])
        if (c[room] < 0).any():
            return False
    return False


def _spans(starts: Ints, rows: Ints) -> Ints:
    """Concatenate the index ranges starts[r]..starts[r + 1] of some rows."""
    first, length = starts[rows], starts[rows + 1] - starts[rows]
    ends = np.cumsum(length)
    return np.repeat(first - ends + length, length) + np.arange(ends[-1] if len(ends) else 0)


def surplus_blocks(
    merit: Merit, allowed: Mask, a: Ints, b: Ints
) -> Iterator[tuple[slice, Ints, Mask]]:
    """Yield (rows, merit - a - b, permitted) block by block, so memory stays bounded."""
    n, m = merit.shape
    step = max(1, _BLOCK // max(m, 1))
    for start in range(0, n, step):
        rows = slice(start, min(n, start + step))
        yield rows, merit[rows].astype(np.int64) - a[rows, None] - b, allowed[rows]


def positive_surplus(merit: Merit, allowed: Mask, a: Ints, b: Ints) -> tuple[Ints, int]:
    """Return the flat indices of permitted pairs with a surplus above 0, and their sum."""
    found, total = [np.empty(0, dtype=np.int64)], 0
    for rows, surplus, permitted in surplus_blocks(merit, allowed, a, b):
        wins = np.flatnonzero((surplus > 0) & permitted)
        total += int(surplus.ravel()[wins].sum())
        found.append(wins + rows.start * merit.shape[1])
    return np.concatenate(found), total


def bound_of(demand: Ints, low: Ints, high: Ints, *, a: Ints, b: Ints, surplus: int) -> int:
    """Σ d a + Σ (u b⁺ − l b⁻) + surplus: no assignment reaches more (weak duality)."""
    paid = np.maximum(high * b, low * b)
    return int((demand * a).sum()) + int(paid.sum()) + surplus
