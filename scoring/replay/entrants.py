"""Who takes part in a draw, as it follows from a published ranking: membership is no choice."""

from collections.abc import Mapping, Sequence
from typing import Any

ABOVE, AMONG, BELOW = 2, 1, 0


def entrants_from(
    ranking: Mapping[str, Any], mode: str, places: int, out: Sequence[str] = ()
) -> list[list[object]]:
    """Return [id, low, high] of every entrant, sorted by id; higher is better.

    uniform: those who cannot be told apart from the line (closed form) share one interval. merit:
    the 50 % rank interval [q25, q75] of n becomes [n - q75, n - q25]. `out` takes no part.
    """
    left_out = set(out)
    ranked = sorted(
        (one for one in ranking["proposals"] if one["id"] not in left_out),
        key=lambda one: str(one["id"]),
    )
    if mode == "merit":
        count = len(ranking["proposals"])
        return [[one["id"], count - one["rank_50"][1], count - one["rank_50"][0]] for one in ranked]
    level = {"fund": ABOVE, "draw": AMONG, "reject": BELOW}
    del places
    return [[one["id"], level[one["group"]], level[one["group"]]] for one in ranked]
