"""The Merkle tree and the row chain of the ledger (RFC 6962 / RFC 9162), as pure functions.

Only complete subtrees are kept, each named by ``(level, place)``: level 0 holds the leaves, and
``(k, i)`` covers the leaves ``i * 2^k`` up to ``(i + 1) * 2^k``. A complete subtree never changes,
so appending writes each node once, and every proof reads a number of nodes that grows with log n.
The *peaks* of a tree of n leaves are its complete subtrees from left to right, one per set bit.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

EMPTY_ROOT = sha256(b"").digest()


class Node(NamedTuple):
    """The place of a complete subtree."""

    level: int
    place: int


Plan = list[list[Node]]
"""One list of neighbouring subtrees, left to right, for each hash of a proof."""


def leaf_hash(record: bytes) -> bytes:
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def chain_start(log: str) -> bytes:
    """h_0 of the row chain."""
    return sha256(b"\x02" + log.encode()).digest()


def chain_next(previous: bytes, leaf: bytes) -> bytes:
    """h_n = SHA256(0x02 || h_{n-1} || leaf_n)."""
    return sha256(b"\x02" + previous + leaf).digest()


def append(size: int, peaks: list[bytes], leaf: bytes) -> list[tuple[Node, bytes]]:
    """Add a leaf to the tree of `size` leaves, changing `peaks`; return the nodes now complete."""
    made = [(Node(0, size), leaf)]
    index = size
    while index & 1:
        (level, _), hash_ = made[-1]
        index >>= 1
        made.append((Node(level + 1, index), node_hash(peaks.pop(), hash_)))
    peaks.append(made[-1][1])
    return made


def root_of(peaks: Sequence[bytes]) -> bytes:
    """Fold the peaks from the right; the root of the tree they belong to."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def peak_nodes(size: int) -> list[Node]:
    return _cover(0, size)


def inclusion_plan(index: int, size: int) -> Plan:
    """Name the subtrees whose hashes show that leaf `index` is in the tree of `size` leaves."""
    if not 0 <= index < size:
        raise ValueError(f"There is no leaf {index} in a tree of {size}.")
    plan: Plan = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            plan.append(_cover(middle, high))
            high = middle
        else:
            plan.append(_cover(low, middle))
            low = middle
    return plan[::-1]


def consistency_plan(old: int, new: int) -> Plan:
    """Name the subtrees whose hashes show that the tree of `new` leaves extends that of `old`."""
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {new} cannot extend a tree of {old}.")
    if old in (0, new):
        return []
    plan: Plan = []
    low, high, whole = 0, new, True
    while old < high:
        middle = low + _split(high - low)
        if old <= middle:
            plan.append(_cover(middle, high))
            high = middle
        else:
            plan.append(_cover(low, middle))
            low, whole = middle, False
    if not whole:
        plan.append(_cover(low, high))
    return plan[::-1]


def nodes_in(plan: Plan) -> set[Node]:
    return {node for cover in plan for node in cover}


def resolve(plan: Plan, nodes: Mapping[Node, bytes]) -> list[bytes]:
    """Turn a plan into the hashes of the proof."""
    return [root_of([nodes[node] for node in cover]) for cover in plan]


def includes(root: bytes, size: int, index: int, leaf: bytes, path: Iterable[bytes]) -> bool:
    """Check an inclusion proof (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def extends(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Check a consistency proof (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if not 0 < old < new or not path:
        return False
    steps = list(path) if old & (old - 1) else [old_root, *path]
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(width: int) -> int:
    """Return the largest power of two below `width` (at least 2)."""
    return 1 << ((width - 1).bit_length() - 1)


def _cover(low: int, high: int) -> list[Node]:
    """Cut the leaves from `low` up to `high` into complete subtrees, biggest first.

    `low` is a multiple of every power of two up to the width, as in all splits of RFC 6962.
    """
    cover = []
    while low < high:
        level = (high - low).bit_length() - 1
        cover.append(Node(level, low >> level))
        low += 1 << level
    return cover
