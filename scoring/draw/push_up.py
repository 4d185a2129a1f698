"""Moves chance upwards so that nobody is drawn before a proposal that is certainly better."""

import numpy as np

from scoring.draw.intervals import Order
from scoring.draw.worst_case import Floats

_NOTHING = 1e-9


def push_up(order: Order, p: Floats) -> Floats:
    """Return p made valid ex post: of two where one is certainly better, p = 1 or p = 0.

    Groups of equals (same proposals certainly above and below) from the lowest give their whole
    chance to those certainly above, as far as there is room, in proportion to the room. The
    guaranteed value never falls, and equals stay equal.
    """
    pushed = p.copy()
    lowest_first = np.lexsort((order.below, -order.above))
    keys = np.stack([order.above, order.below], axis=1)[lowest_first]
    starts = np.flatnonzero(np.r_[True, (keys[1:] != keys[:-1]).any(axis=1)])
    for start, end in zip(starts, [*starts[1:], len(p)], strict=True):
        group = lowest_first[start:end]
        mass = float(pushed[group].sum())
        above = np.flatnonzero(order.low > order.high[group[0]])
        room = 1 - pushed[above]
        slack = float(room.sum())
        if mass <= _NOTHING or slack <= _NOTHING:
            continue
        if slack >= mass:
            pushed[above] += room * (mass / slack)
            pushed[group] = 0
        else:
            pushed[above] = 1
            pushed[group] *= (mass - slack) / mass
    pushed[pushed <= _NOTHING] = 0
    pushed[pushed >= 1 - _NOTHING] = 1
    return pushed
