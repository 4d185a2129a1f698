"""Which awards do not depend on the exact weights: the core index of Robust Portfolio Modelling.

Liesiö, Mild, Salo, European Journal of Operational Research 181 (2007) 1488–1505: every set of
weights in the permitted ranges is tried (here: the corners of the ranges and seeded draws from
inside); a proposal funded under all of them is core, under none exterior, else borderline.
"""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from scoring.calibration.design import Floats
from scoring.errors import InputError
from scoring.stability.ballot import Ballot
from scoring.stability.decisions import Decide

TOLERANCE = 1e-12
MANY_CRITERIA = 12
"""With more criteria than this the corners are too many and only draws are taken."""

MANY_TRIES = 2_000


def default_ranges(weights: Sequence[float], share: float = 0.2) -> list[tuple[float, float]]:
    """Return each weight give or take a `share` of itself."""
    return [(weight * (1 - share), min(1.0, weight * (1 + share))) for weight in weights]


def ranges_from(
    given: Mapping[str, Sequence[float]], keys: Sequence[str], weights: Sequence[float]
) -> list[tuple[float, float]]:
    """Return the ranges of all criteria: those `given` as [low, high], the others as they are."""
    for key in given:
        if key not in keys:
            raise InputError(f"The weight range “{key}” is not of a criterion.")
    ranges = []
    for key, weight in zip(keys, weights, strict=True):
        low, high = (float(value) for value in given.get(key, (weight, weight)))
        if not 0 <= low <= high <= 1:
            raise InputError(f"The weight range of “{key}” must be 0 ≤ low ≤ high ≤ 1.")
        ranges.append((low, high))
    if sum(low for low, _ in ranges) > 1 + TOLERANCE or sum(high for _, high in ranges) < (
        1 - TOLERANCE
    ):
        raise InputError("No weights within the given ranges add up to 1; widen a range.")
    return ranges


def corners(ranges: Sequence[tuple[float, float]]) -> Floats:
    """Return all corners (·, C) of the set of weights in the ranges that add up to 1.

    At a corner all weights but one are at an end of their range.
    """
    found: set[tuple[float, ...]] = set()
    for free in range(len(ranges)):
        others = [ends for number, ends in enumerate(ranges) if number != free]
        for chosen in product(*others):
            rest = 1 - sum(chosen)
            low, high = ranges[free]
            if low - TOLERANCE <= rest <= high + TOLERANCE:
                corner = [*chosen[:free], min(max(rest, low), high), *chosen[free:]]
                found.add(tuple(round(weight, 12) for weight in corner))
    return np.array(sorted(found))


def draws_within(ranges: Sequence[tuple[float, float]], *, draws: int, seed: int) -> Floats:
    """Return weights (≤ draws, C) spread evenly over the permitted set, by rejection.

    In tight or many-dimensional sets fewer than `draws` may be found; the corners stand besides.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    low, high = np.array(ranges).T
    free = int(np.argmax(high - low))
    found: list[Floats] = []
    for _ in range(MANY_TRIES):
        tried = low + (high - low) * random.random((max(draws, 1), len(low)))
        tried[:, free] = 1 - (tried.sum(axis=1) - tried[:, free])
        over = np.abs(tried[:, free] - np.clip(tried[:, free], low[free], high[free]))
        inside = over <= TOLERANCE
        found.append(tried[inside])
        if sum(len(part) for part in found) >= draws:
            break
    return np.concatenate(found)[:draws]


def core_index(
    ballot: Ballot,
    decide: Decide,
    ranges: Sequence[tuple[float, float]],
    *,
    draws: int,
    seed: int,
) -> Floats:
    """Return the share (n,) of permitted weights under which each proposal is funded."""
    tried = draws_within(ranges, draws=draws, seed=seed)
    if len(ranges) <= MANY_CRITERIA:
        tried = np.vstack([corners(ranges), tried])
    if not len(tried):
        raise InputError("No weights were found within the given ranges; widen a range.")
    times = dict.fromkeys(ballot.ids, 0)
    once = np.ones(len(ballot.design.y))
    for weights in tried:
        for proposal in decide(ballot.order(ballot.scores(once, ballot.totals(weights)))):
            times[proposal] += 1
    return np.array([times[proposal] for proposal in ballot.ids]) / len(tried)
