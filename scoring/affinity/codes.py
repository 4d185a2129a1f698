"""How far a reviewer's expertise codes cover a proposal's, neighbours in the hierarchy included."""

from collections.abc import Collection, Sequence

import numpy as np
from scipy.sparse import csr_array

from scoring.affinity.texts import Real

SAME, NEAR = 1.0, 0.5  # the code itself; another of the same branch, or the branch as a whole


def parent_of(code: str) -> str:
    """Return the branch a code stands in: cso:5.1 stands in cso:5, which stands alone."""
    scheme, colon, place = code.partition(":")
    return f"{scheme}{colon}{place.rpartition('.')[0]}" if "." in place else code


def nearness(one: str, other: str) -> float:
    """Return 1 for equal codes, 0.5 for codes of one branch, else 0."""
    if one == other:
        return SAME
    return NEAR if parent_of(one) == parent_of(other) else 0.0


class Coverage:
    """Mean over a proposal's codes of the nearest code that a reviewer has."""

    def __init__(
        self, proposals: Sequence[Collection[str]], reviewers: Sequence[Collection[str]]
    ) -> None:
        codes = sorted({code for found in proposals for code in found})
        place = {code: column for column, code in enumerate(codes)}
        asked = [
            (row, place[code], 1 / len(set(found)))
            for row, found in enumerate(proposals)
            for code in sorted(set(found))
        ]
        had = [
            (row, place[code], near)
            for row, found in enumerate(reviewers)
            if found
            for code in codes
            if (near := max(nearness(code, own) for own in found))
        ]
        self._asked = _sparse(asked, (len(proposals), len(codes)))
        self._had = csr_array(_sparse(had, (len(reviewers), len(codes))).T)
        self.told = np.array([bool(found) for found in proposals], dtype=np.bool_)
        self.known = np.array([bool(found) for found in reviewers], dtype=np.bool_)

    def share(self, rows: slice) -> Real:
        """Return the coverage (len(rows), m) of some proposals by every reviewer, 0 to 1."""
        return np.asarray((self._asked[rows] @ self._had).toarray(), dtype=np.float32)


def _sparse(entries: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> csr_array:
    if not entries:
        return csr_array(shape, dtype=np.float32)
    row, column, value = zip(*entries, strict=True)
    return csr_array((np.array(value, dtype=np.float32), (row, column)), shape=shape)
