"""The exact optimum where groups of reviewers are required or capped on each proposal."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from scoring.assignment.network import Network, best_pairs, first_width
from scoring.assignment.prices import bound_of, surplus_blocks
from scoring.assignment.problem import Ints, Mask

_ALMOST = 1e-6  # a solver's value nearer than this to a whole number is that whole number


@dataclass(frozen=True, slots=True)
class Quota:
    """On every proposal between least[i] and most[i] reviewers are members (a mask)."""

    members: Mask
    least: Ints
    most: Ints


@dataclass(frozen=True, slots=True)
class RuledOptimum:
    """The seats, and prices that prove `bound`; `quota_prices` is proposals × quotas."""

    row: Ints
    column: Ints
    total: int
    bound: int
    a: Ints
    b: Ints
    quota_prices: Ints


@dataclass(frozen=True, slots=True)
class _Prices:
    a: Ints
    b: Ints
    c: Ints


def solve_with_quotas(network: Network, quotas: tuple[Quota, ...]) -> RuledOptimum | None:
    """Return the maximum of Σ merit under demands, loads and quotas; None when impossible.

    The linear relaxation, priced against all permitted pairs, gives a bound; where its solution is
    not whole, the integer programme is solved on every pair whose reduced cost lies within the gap
    (no other can be in a better solution). Prices are rounded to whole millionths and the bound is
    computed from them exactly, so it holds whatever the solver's tolerance.
    """
    relaxed = _relax(network, quotas)
    if relaxed is None:
        return None
    chosen, solution, prices = relaxed
    _, surplus = _above(network, quotas, prices, 0)
    bound = _bound(network, quotas, prices, surplus)
    if (np.abs(solution - np.rint(solution)) > _ALMOST).any():
        found = _whole(network, quotas, chosen)
        within = None if found is None else _total(network, found) - bound
        chosen, _ = _above(network, quotas, prices, within)
        taken = _whole(network, quotas, chosen)
        if taken is None:
            return None
    else:
        taken = chosen[solution > _ALMOST]
    row, column = np.divmod(taken, network.merit.shape[1])
    total = _total(network, taken)
    return RuledOptimum(row, column, total, bound, prices.a, prices.b, prices.c)


def _relax(
    network: Network, quotas: tuple[Quota, ...]
) -> tuple[Ints, NDArray[np.float64], _Prices] | None:
    """Solve the relaxation on few pairs, adding pairs until none is worth more than its prices."""
    keep, m = first_width(network), network.merit.shape[1]
    if not network.allowed.any():
        return _nothing(network, quotas)
    chosen = _first_pairs(network, quotas, keep)
    while True:
        found = _relax_on(network, quotas, chosen)
        if found is None:
            if keep >= m:
                return None
            keep *= 4
            chosen = _first_pairs(network, quotas, keep)
            continue
        new = np.setdiff1d(_above(network, quotas, found[1], 0)[0], chosen, assume_unique=True)
        # prices are rounded, so a pair may look better by a millionth for each of its prices
        if (_surplus_of(network, quotas, found[1], new) <= 2 + len(quotas)).all():
            return chosen, *found
        chosen = np.union1d(chosen, new)


def _nothing(
    network: Network, quotas: tuple[Quota, ...]
) -> tuple[Ints, NDArray[np.float64], _Prices] | None:
    """Answer where no pair is permitted: nothing is possible, or nothing is needed."""
    if network.demand.any() or network.low.any() or any(quota.least.any() for quota in quotas):
        return None
    n, m = network.merit.shape
    whole = np.zeros((n, len(quotas)), dtype=np.int64)
    prices = _Prices(np.zeros(n, dtype=np.int64), np.zeros(m, dtype=np.int64), whole)
    return np.empty(0, dtype=np.int64), np.empty(0), prices


def _first_pairs(network: Network, quotas: tuple[Quota, ...], keep: int) -> Ints:
    pairs = best_pairs(network, keep)
    for quota in quotas:
        for group in (quota.members, ~quota.members):
            columns = np.flatnonzero(group)
            part = Network(
                network.merit[:, columns],
                network.allowed[:, columns],
                network.demand,
                network.low[columns],
                network.high[columns],
            )
            row, column = np.divmod(best_pairs(part, keep), max(len(columns), 1))
            pairs = np.union1d(pairs, row * network.merit.shape[1] + columns[column])
    return pairs


def _relax_on(
    network: Network, quotas: tuple[Quota, ...], chosen: Ints
) -> tuple[NDArray[np.float64], _Prices] | None:
    n, m = network.merit.shape
    row, column = np.divmod(chosen, m)
    matrix, low, high = _rows(network, quotas, chosen)
    upper, lower = np.flatnonzero(np.isfinite(high[n:])), np.flatnonzero(low[n:] > 0)
    limits = matrix[n:]
    found = linprog(
        -network.merit[row, column].astype(float),
        A_eq=matrix[:n],
        b_eq=low[:n],
        A_ub=_below(limits[upper], -limits[lower]),
        b_ub=np.concatenate([high[n:][upper], -low[n:][lower]]),
        bounds=(0, 1),
        method="highs-ds",
    )
    if found.x is None:
        return None
    duals = np.zeros(len(low) - n)
    duals[upper] -= found.ineqlin.marginals[: len(upper)]
    duals[lower] += found.ineqlin.marginals[len(upper) :]
    whole = np.rint(duals).astype(np.int64)
    return found.x, _Prices(
        a=np.rint(-found.eqlin.marginals).astype(np.int64),
        b=whole[:m],
        c=whole[m:].reshape(len(quotas), n).T,
    )


def _below(first: csr_array, second: csr_array) -> csr_array:
    return csr_array(
        (
            np.concatenate([first.data, second.data]),
            np.concatenate([first.indices, second.indices]),
            np.concatenate([first.indptr, first.indptr[-1] + second.indptr[1:]]),
        ),
        shape=(first.shape[0] + second.shape[0], first.shape[1]),
    )


def _rows(
    network: Network, quotas: tuple[Quota, ...], chosen: Ints
) -> tuple[csr_array, NDArray[np.float64], NDArray[np.float64]]:
    """Return rows (demands, loads, then each quota per proposal) with their limits."""
    n, m = network.merit.shape
    row, column = np.divmod(chosen, m)
    places, arcs = [row, n + column], [np.arange(len(chosen))] * 2
    for index, quota in enumerate(quotas):
        inside = np.flatnonzero(quota.members[column])
        places.append(n + m + index * n + row[inside])
        arcs.append(inside)
    matrix = csr_array(
        (np.ones(sum(map(len, arcs))), (np.concatenate(places), np.concatenate(arcs))),
        shape=(n + m + len(quotas) * n, len(chosen)),
    )
    low = [network.demand, network.low, *(quota.least for quota in quotas)]
    high = [network.demand, network.high, *(quota.most for quota in quotas)]
    return matrix, np.concatenate(low).astype(float), np.concatenate(high).astype(float)


def _whole(network: Network, quotas: tuple[Quota, ...], chosen: Ints) -> Ints | None:
    matrix, low, high = _rows(network, quotas, chosen)
    row, column = np.divmod(chosen, network.merit.shape[1])
    found = milp(
        -network.merit[row, column].astype(float),
        constraints=LinearConstraint(matrix, low, high),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(chosen)),
        options={"mip_rel_gap": 0},
    )
    return None if found.x is None else chosen[found.x > 1 - _ALMOST]


def _above(
    network: Network, quotas: tuple[Quota, ...], prices: _Prices, least: int | None
) -> tuple[Ints, int]:
    """Return permitted pairs with a surplus above `least` (None: all), and the positive sum."""
    found, total = [np.empty(0, dtype=np.int64)], 0
    for rows, surplus, permitted in _blocks(network, quotas, prices):
        wins = permitted if least is None else permitted & (surplus > least - (least < 0))
        found.append(np.flatnonzero(wins) + rows.start * network.merit.shape[1])
        total += int(surplus[permitted & (surplus > 0)].sum())
    return np.concatenate(found), total


def _surplus_of(network: Network, quotas: tuple[Quota, ...], prices: _Prices, pairs: Ints) -> Ints:
    row, column = np.divmod(pairs, network.merit.shape[1])
    surplus = network.merit[row, column] - prices.a[row] - prices.b[column]
    for index, quota in enumerate(quotas):
        surplus = surplus - prices.c[row, index] * quota.members[column]
    return surplus


def _blocks(
    network: Network, quotas: tuple[Quota, ...], prices: _Prices
) -> Iterator[tuple[slice, Ints, Mask]]:
    members = np.array([quota.members for quota in quotas], dtype=np.int64)
    for rows, surplus, permitted in surplus_blocks(
        network.merit, network.allowed, prices.a, prices.b
    ):
        yield rows, surplus - prices.c[rows] @ members, permitted


def _bound(network: Network, quotas: tuple[Quota, ...], prices: _Prices, surplus: int) -> int:
    proven = bound_of(
        network.demand, network.low, network.high, a=prices.a, b=prices.b, surplus=surplus
    )
    for index, quota in enumerate(quotas):
        price = prices.c[:, index]
        proven += int(np.maximum(quota.most * price, quota.least * price).sum())
    return proven


def _total(network: Network, pairs: Ints) -> int:
    row, column = np.divmod(pairs, network.merit.shape[1])
    return int(network.merit[row, column].sum())
