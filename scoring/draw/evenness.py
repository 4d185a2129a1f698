"""Whether chances shared by several groups may stay shared, and where to part them if not."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from scoring.draw.intervals import Ints, Mask
from scoring.draw.worst_case import Floats, Sets

_EXACT = 1e-9
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Shared:
    """An optimum in which all groups of a block have one chance, and what supports it.

    `block` (groups): the block of each. `size` (groups): proposals. `chance` (blocks). `sets`
    (by groups) support it with `weight`; `taken` (sets × blocks): the weight of the rivals they
    hold. `asked` (blocks): support per proposal that a chance calls for.
    """

    block: Ints
    size: Floats
    chance: Floats
    sets: Sets
    weight: Floats
    taken: Floats
    asked: Floats


def parted(shared: Shared) -> Ints | None:
    """Return finer blocks where one chance for all is not the best; None where it is.

    Which rivals of one block a set holds is open as long as they have equal chances. The optimum
    over blocks is the optimum over groups exactly if some choice (a transportation problem) gives
    every group the support its chance calls for: at least as much at chance 1, at most at 0. Else
    the dual prices of the shortfall say which groups are to be told apart.
    """
    block = shared.block
    room = shared.sets.rivals * shared.weight[:, None]
    full = np.zeros(shared.taken.shape)
    np.add.at(full.T, block, room.T)
    all_taken = shared.taken >= full - _NOTHING
    some_taken = (shared.taken > _NOTHING) & ~all_taken
    settled = shared.weight @ shared.sets.before + np.where(all_taken[:, block], room, 0).sum(
        axis=0
    )
    need = shared.asked[block] * shared.size - settled
    off, price = _shortfall(shared, room, some_taken, need)
    wrong = np.bincount(block, weights=off) > _EXACT * max(1.0, float(shared.weight.sum()))
    price[~wrong[block]] = 0
    keys = np.stack([block.astype(float), price])
    finer = np.unique(keys, axis=1, return_inverse=True)[1].ravel()
    return finer if finer.max() + 1 > len(shared.chance) else None


def _shortfall(shared: Shared, room: Floats, some: Mask, need: Floats) -> tuple[Floats, Floats]:
    """Share out what sets take of a part of a block; return what groups lack, and at what price."""
    groups, blocks = len(shared.block), len(shared.chance)
    sources = np.flatnonzero(some)
    number = np.zeros(some.size, dtype=np.int64)
    number[sources] = np.arange(len(sources))
    at_set, to = np.nonzero(some[:, shared.block] & (room > 0))
    flows, each = len(to), np.arange(groups)
    source = number[at_set * blocks + shared.block[to]]
    rows = np.concatenate([source, len(sources) + np.concatenate([to, each, each])])
    columns = np.concatenate([np.arange(flows), np.arange(flows + 2 * groups)])
    values = np.concatenate([np.ones(2 * flows + groups), -np.ones(groups)])
    chance = shared.chance[shared.block]
    costs = [np.zeros(flows), chance > _EXACT, chance < 1 - _EXACT]
    upper = np.concatenate([room[at_set, to], np.full(2 * groups, np.inf)])
    found = linprog(
        np.concatenate(costs),
        A_eq=csr_array((values, (rows, columns)), shape=(len(sources) + groups, len(upper))),
        b_eq=np.concatenate([shared.taken.ravel()[sources], need]),
        bounds=np.column_stack([np.zeros(len(upper)), upper]),
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    lacks, exceeds = found.x[flows : flows + groups], found.x[flows + groups :]
    return lacks * costs[1] + exceeds * costs[2], np.round(found.eqlin.marginals[len(sources) :], 6)
