"""Who can be told apart from the proposal at the funding line, in closed form (no sampling)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from scoring.calibration.design import Floats
from scoring.publishing import SHARES, published

CLEARLY_ABOVE, CLEARLY_BELOW = 0.75, 0.25


class Group(StrEnum):
    FUND = "fund"
    DRAW = "draw"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Line:
    """The k-th proposal by expected rank, and how every proposal (n) compares with it.

    `ahead` is the published probability of being better than the one at the line; `places` are
    those left for the group that is drawn from.
    """

    at: int
    ahead: tuple[float, ...]
    groups: tuple[Group, ...]
    places: int


def draw_line(better: Floats, expected_rank: Sequence[float], k: int) -> Line | None:
    """Return the line after k of n places, or `None` where all or none are funded.

    Ahead of the line and P ≥ ¾: fund. Behind it and P ≤ ¼: reject. All others cannot be told
    apart from it and are drawn from (SCORING.md §2.5). The P used are the published, rounded ones.
    """
    count = len(expected_rank)
    if not 0 < k < count:
        return None
    order = sorted(range(count), key=lambda i: (expected_rank[i], i))
    at = order[k - 1]
    ahead = tuple(published(p, SHARES) for p in np.asarray(better)[:, at])
    groups = [Group.DRAW] * count
    for position, i in enumerate(order, start=1):
        if position < k and ahead[i] >= CLEARLY_ABOVE:
            groups[i] = Group.FUND
        elif position > k and ahead[i] <= CLEARLY_BELOW:
            groups[i] = Group.REJECT
    return Line(at, ahead, tuple(groups), k - groups.count(Group.FUND))
