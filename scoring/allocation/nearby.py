"""All sets of awards near the optimum at once, from which exact margins are read off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.allocation.solver import Floats, Ints, Model, Solution

_MOST = 250_000  # sets listed at once
_BITS = 62  # choices that may turn, one bit each


@dataclass(frozen=True, slots=True)
class Nearby:
    """Every set that departs from the relaxation's by reduced costs of `limit` together.

    `turned` lists the choices that may depart (a bit each in `mask`); `use` (sets × rows) is what
    each takes of the model's rows, `worth` its exact worth.
    """

    limit: float
    z: float
    side: NDArray[np.bool_]
    size: Floats
    turned: Ints
    mask: Ints
    use: Ints
    worth: Ints


def list_nearby(model: Model, limit: float) -> Nearby | None:
    """List the sets, or None where they are too many (or the model has flows or no bound).

    A set that departs from the sign of the reduced costs r at some choices is worth at most
    z - Σ |r| over those, so whatever is not listed is worth less than z - limit.
    """
    bounded = model.relaxation()
    if bounded is None or model.has_flows or model.programme.forced:
        return None
    z, reduced = bounded.z, bounded.reduced
    side, size = reduced > 0, np.abs(reduced)
    turned = np.argsort(size, kind="stable")
    turned = turned[size[turned] <= limit]
    if len(turned) > _BITS:
        return None
    columns = np.rint(model.rows.toarray()).astype(np.int64).T
    worths = np.array(model.worth, dtype=np.int64)
    loss, mask = np.zeros(1), np.zeros(1, dtype=np.int64)
    use, worth = columns[side].sum(axis=0)[None, :], worths[side].sum()[None]
    for bit, index in enumerate(turned.tolist()):
        within = loss + size[index] <= limit
        turn = -1 if side[index] else 1
        loss = np.concatenate([loss, loss[within] + size[index]])
        mask = np.concatenate([mask, mask[within] | (1 << bit)])
        use = np.concatenate([use, use[within] + turn * columns[index]])
        worth = np.concatenate([worth, worth[within] + turn * worths[index]])
        if len(loss) > _MOST:
            return None
    return Nearby(limit, z, side, size, turned, mask, use, worth)


def best_nearby(model: Model, nearby: Nearby, index: int, *, taken: bool) -> Solution | None:
    """Return the optimum with one choice decided; None where the list does not prove it."""
    found = np.flatnonzero(nearby.turned == index)
    turns = nearby.side[index] != taken
    use, worth, least = nearby.use, nearby.worth, 0.0
    open_sets = np.ones(len(worth), dtype=np.bool_)
    if found.size:
        open_sets = ((nearby.mask >> int(found[0])) & 1 == 1) == turns
    elif turns:
        turn = 1 if taken else -1
        column = np.rint(model.rows[:, [index]].toarray()).astype(np.int64).ravel()
        use, worth, least = (
            use + turn * column,
            worth + turn * model.worth[index],
            nearby.size[index],
        )
    fits = open_sets & (use >= model.low).all(axis=1) & (use <= model.high).all(axis=1)
    if not fits.any():
        return None
    value = int(worth[fits].max())
    if nearby.z - least - value / model.scale > nearby.limit:
        return None
    best = int(nearby.mask[fits & (worth == value)].min())
    chosen = nearby.side.copy()
    chosen[[turned for bit, turned in enumerate(nearby.turned) if best >> bit & 1]] ^= True
    chosen[index] = taken
    return Solution(tuple(np.flatnonzero(chosen).tolist()), value)
