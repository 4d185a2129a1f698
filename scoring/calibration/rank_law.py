"""Where each proposal could stand: the distribution of its rank, from seeded draws."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scoring.calibration.additive import OFTEN, Calibration, silent
from scoring.calibration.design import Floats, Ints
from scoring.calibration.quadrature import Node

CELLS_AT_ONCE = 4_000_000
CLOSE = 4.5
"""A cumulative frequency within so many standard errors of a level could flip with the seed."""


@dataclass(frozen=True, eq=False)
class RankLaw:
    """`cumulative` (n, n): the share of draws in which proposal i had rank 1..r+1."""

    cumulative: Floats
    draws: int

    def quantile(self, level: float) -> Ints:
        """Return the smallest rank whose cumulative share reaches `level`, shape (n,), from 1."""
        # one draw's worth of rounding noise must not push a quantile past its level
        reached = self.cumulative >= level - 1e-12
        return np.asarray(reached.argmax(axis=1) + 1)

    def within(self, places: int) -> Floats:
        """Return P(rank ≤ places), shape (n,)."""
        if places < 1:
            return np.zeros(len(self.cumulative))
        return self.cumulative[:, min(places, len(self.cumulative)) - 1]

    def unsettled(self, level: float) -> list[int]:
        """Return the proposals whose quantile at `level` could be another rank by mere chance."""
        error = CLOSE * np.sqrt(level * (1 - level) / self.draws)
        at = self.quantile(level) - 1
        rows = np.arange(len(at))
        here = self.cumulative[rows, at]
        before = np.where(at > 0, self.cumulative[rows, at - 1], 0.0)
        close = (np.abs(here - level) < error) | (np.abs(before - level) < error)
        return [int(i) for i in np.flatnonzero(close)]


def rank_law(
    calibration: Calibration,
    classes: list[int],
    *,
    draws: int,
    seed: int,
    progress: Callable[[str], None] = silent,
) -> RankLaw:
    """Return the law of the ranks from `draws` seeded draws (PCG64) over the grid.

    `classes` numbers the tie classes: exchangeable proposals get the mean of their frequencies,
    so that chance does not part what the reviews do not part. `progress` is told, in sentences,
    how far long work has come.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    count = len(calibration.design.proposals)
    counts = np.zeros(count * count, dtype=np.int64)
    at_once = max(1, CELLS_AT_ONCE // count)
    done, told = 0, time.monotonic()
    for node, share in zip(
        calibration.nodes, _shares(calibration.nodes, draws, random), strict=True
    ):
        if not share:
            continue
        effect = calibration.landscape.posterior.model.solve(node.at).proposals
        for first in range(0, share, at_once):
            theta = effect.draw(random, min(at_once, share - first))
            counts += _count_ranks(theta)
            done += len(theta)
            if time.monotonic() > told + OFTEN:
                progress(f"Draw {done} of {draws}.")
                told = time.monotonic()
    frequency = counts.reshape(count, count).T / draws
    return RankLaw(np.cumsum(_pooled(frequency, classes), axis=1), draws)


def _shares(nodes: list[Node], draws: int, random: np.random.Generator) -> list[int]:
    """Return ⌊draws·w⌋ for each node, the rest given out at random by the fractions."""
    exact = np.array([node.weight * draws for node in nodes])
    whole = np.floor(exact).astype(np.int64)
    left = draws - int(whole.sum())
    fractions = exact - whole
    if left:
        chosen = random.choice(len(nodes), size=left, p=fractions / fractions.sum())
        whole += np.bincount(chosen, minlength=len(nodes))
    return [int(share) for share in whole]


def _count_ranks(theta: Floats) -> Ints:
    """Return how often each proposal had each rank, flattened (rank, proposal)."""
    count = theta.shape[1]
    order = np.argsort(-theta, axis=1)
    order += np.arange(count) * count
    # order[d, r] is now r·n + the proposal at rank r
    return np.bincount(order.ravel(), minlength=count * count)


def _pooled(frequency: Floats, classes: list[int]) -> Floats:
    number = np.array(classes)
    size = np.bincount(number)
    sums = np.zeros((len(size), frequency.shape[1]))
    np.add.at(sums, number, frequency)
    return np.asarray((sums / size[:, None])[number])
