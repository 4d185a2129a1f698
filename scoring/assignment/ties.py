"""One published choice among equally good assignments, whatever the solver and the input order."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from scoring.assignment.network import Network, Optimum, solve
from scoring.assignment.prices import surplus_blocks
from scoring.assignment.problem import Ints, Merit

_LOT_BITS = 20
_MANY = 5_000_000  # tied pairs above which uniqueness is not worth proving: it is not unique


@dataclass(frozen=True, slots=True)
class Face:
    """All optimal assignments at once: pairs that every optimum has, and those still open."""

    network: Network
    row: Ints
    column: Ints


def optimal_face(network: Network, optimum: Optimum) -> Face:
    """Return the set of optima by complementary slackness with the optimum's prices."""
    shape = network.merit.shape
    tied = np.zeros(shape, dtype=np.bool_)
    forced = [np.empty(0, dtype=np.int64)]
    for rows, surplus, permitted in surplus_blocks(
        network.merit, network.allowed, optimum.a, optimum.b
    ):
        tied[rows] = (surplus == 0) & permitted
        forced.append(np.flatnonzero((surplus > 0) & permitted) + rows.start * shape[1])
    row, column = np.divmod(np.concatenate(forced), shape[1])
    held = np.bincount(column, minlength=shape[1])
    low = np.where(optimum.b > 0, network.high, network.low) - held
    high = np.where(optimum.b < 0, network.low, network.high) - held
    open_part = Network(
        merit=network.merit,
        allowed=tied,
        demand=network.demand - np.bincount(row, minlength=shape[0]),
        low=np.maximum(low, 0),
        high=high,
    )
    return Face(open_part, row, column)


def best_on_face(face: Face, merit: Merit, *, engine: str | None) -> Optimum:
    """Return, among all optima of a face, the one that is best by another merit."""
    found = solve(replace(face.network, merit=merit), engine=engine)
    if found is None:  # pragma: no cover - a face holds at least its optimum
        raise ArithmeticError("the optimal face is empty, though an optimum was found")
    return found


def is_unique(face: Face, optimum: Optimum) -> bool:
    """Say whether no other assignment is as good: no alternating cycle of tied pairs."""
    network = face.network
    row, column = np.nonzero(network.allowed)
    if len(row) == network.demand.sum():
        return True
    if len(row) > _MANY:
        return False
    n, m = network.allowed.shape
    taken = np.isin(row * m + column, optimum.row * m + optimum.column, assume_unique=True)
    load = np.bincount(column[taken], minlength=m)
    room, relief = np.flatnonzero(load < network.high), np.flatnonzero(load > network.low)
    source = np.concatenate([row[~taken], n + column[taken], n + room, np.full(len(relief), n + m)])
    target = np.concatenate([n + column[~taken], row[taken], np.full(len(room), n + m), n + relief])
    graph = coo_array(
        (np.ones(len(source), dtype=np.int8), (source, target)), shape=(n + m + 1,) * 2
    )
    _, part = connected_components(graph, connection="strong")
    return bool((np.bincount(part)[part[:n]] == 1).all())


def lots(seed: str, proposals: Sequence[str], reviewers: Sequence[str]) -> NDArray[np.int32]:
    """Return a whole lot 0..2^20 - 1 for every pair, the same in whatever order ids stand.

    First 8 bytes of SHA-256("seed|proposal|id") plus those of the reviewer, modulo 2^64, mixed by
    SplitMix64's finaliser (Steele, Lea, Flood 2014), top 20 bits.
    """
    mixed = _words(seed, "proposal", proposals)[:, None] + _words(seed, "reviewer", reviewers)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(64 - _LOT_BITS)).astype(np.int32)


def _words(seed: str, side: str, ids: Sequence[str]) -> NDArray[np.uint64]:
    digests = (hashlib.sha256(f"{seed}|{side}|{name}".encode()).digest() for name in ids)
    return np.array([int.from_bytes(digest[:8], "big") for digest in digests], dtype=np.uint64)
