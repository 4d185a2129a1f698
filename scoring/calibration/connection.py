"""Which proposals the reviews really compare: pieces of the reviewer–proposal graph, and bridges.

Two proposals are compared through reviewers they share, directly or over others. Between pieces
nothing is compared; there the model's assumptions, not the reviews, set the order.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from scoring.calibration.design import Design, Ints


@dataclass(frozen=True, eq=False)
class Connection:
    """`piece` (n,) numbers the piece of each proposal, largest piece first.

    `bridges` counts the reviews whose loss would part a piece in two.
    """

    pieces: int
    piece: Ints
    bridges: int

    def connected(self, first: int, second: int) -> bool:
        """Return whether the reviews compare these two proposals at all."""
        return bool(self.piece[first] == self.piece[second])


def connection(design: Design) -> Connection:
    """Return how the reviews connect the proposals."""
    proposals, total = len(design.proposals), len(design.proposals) + len(design.reviewers)
    ends = (design.proposal, design.reviewer + proposals)
    graph = sparse.coo_array((np.ones(len(design.y)), ends), shape=(total, total))
    count, labels = csgraph.connected_components(graph, directed=False)
    sizes = np.bincount(labels[:proposals], minlength=count)
    order = np.argsort(-sizes, kind="stable")
    new_number = np.empty(count, dtype=np.int64)
    new_number[order] = np.arange(count)
    return Connection(int(count), new_number[labels[:proposals]], _count_bridges(design))


def _count_bridges(design: Design) -> int:
    """Count bridges by depth-first search without recursion (Tarjan 1974)."""
    first_reviewer = len(design.proposals)
    neighbours: list[list[tuple[int, int]]] = [
        [] for _ in range(first_reviewer + len(design.reviewers))
    ]
    for edge, (p, r) in enumerate(zip(design.proposal, design.reviewer, strict=True)):
        neighbours[p].append((first_reviewer + int(r), edge))
        neighbours[first_reviewer + r].append((int(p), edge))
    entered = [0] * len(neighbours)
    lowest = [0] * len(neighbours)
    clock = bridges = 0
    for root in range(len(neighbours)):
        if entered[root]:
            continue
        clock += 1
        entered[root] = lowest[root] = clock
        path = [(root, -1, iter(neighbours[root]))]
        while path:
            here, came_by, ways = path[-1]
            for there, edge in ways:
                if edge == came_by:
                    continue
                if entered[there]:
                    lowest[here] = min(lowest[here], entered[there])
                    continue
                clock += 1
                entered[there] = lowest[there] = clock
                path.append((there, edge, iter(neighbours[there])))
                break
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[here])
                    bridges += lowest[here] > entered[above]
    return bridges
