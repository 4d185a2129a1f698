"""How often each award survives when the reviews, or the reviewers, had fallen out otherwise."""

import numpy as np

from scoring.calibration.design import Floats, Ints
from scoring.errors import InputError
from scoring.stability.ballot import Ballot
from scoring.stability.decisions import Decide


def over_reviews(ballot: Ballot, decide: Decide, *, draws: int, seed: int) -> Floats:
    """Return the share of draws (n,) in which each proposal is funded.

    In each draw every proposal's reviews are drawn anew from its own, with replacement, as many
    as it had (Efron 1979, stratified).
    """
    random = _random(draws, seed)
    start, size = _strata(ballot.design.proposal)

    def copies() -> Floats:
        offsets = random.random(len(ballot.design.y)) * size[ballot.design.proposal]
        chosen = start[ballot.design.proposal] + offsets.astype(np.int64)
        return np.bincount(chosen, minlength=len(ballot.design.y)).astype(np.float64)

    return _share_funded(ballot, decide, [copies() for _ in range(draws)])


def over_reviewers(ballot: Ballot, decide: Decide, *, draws: int, seed: int) -> Floats:
    """Return the share of draws (n,) in which each proposal is funded.

    In each draw the reviewers are drawn anew from themselves, with replacement; a review counts as
    often as its reviewer was drawn.
    """
    random = _random(draws, seed)
    count = len(ballot.design.reviewers)

    def copies() -> Floats:
        drawn = np.bincount(random.integers(count, size=count), minlength=count)
        return drawn[ballot.design.reviewer].astype(np.float64)

    return _share_funded(ballot, decide, [copies() for _ in range(draws)])


def without(ballot: Ballot, decide: Decide, reviewer: int) -> frozenset[str]:
    """Return who is funded when one reviewer's reviews are left out."""
    copies = (ballot.design.reviewer != reviewer).astype(np.float64)
    return decide(ballot.order(ballot.scores(copies)))


def as_it_is(ballot: Ballot, decide: Decide) -> frozenset[str]:
    """Return who is funded on the reviews as they are."""
    return decide(ballot.order(ballot.scores(np.ones(len(ballot.design.y)))))


def _random(draws: int, seed: int) -> np.random.Generator:
    if draws < 1:
        raise InputError(f"The number of draws is {draws}; take at least 1.")
    if seed < 0:
        raise InputError(f"The seed is {seed}; take a whole number from 0 on.")
    return np.random.Generator(np.random.PCG64(seed))


def _strata(proposal: Ints) -> tuple[Ints, Ints]:
    """Return first row and number of rows of each proposal (rows are sorted by proposal)."""
    size = np.bincount(proposal).astype(np.int64)
    return np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int64), size


def _share_funded(ballot: Ballot, decide: Decide, variations: list[Floats]) -> Floats:
    times = dict.fromkeys(ballot.ids, 0)
    for copies in variations:
        for proposal in decide(ballot.order(ballot.scores(copies))):
            times[proposal] += 1
    return np.array([times[proposal] for proposal in ballot.ids]) / len(variations)
