"""All tests of one decision's stability, as they are published."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.calibration.design import Floats
from scoring.publishing import SHARES, published
from scoring.stability.ballot import Ballot
from scoring.stability.bootstrap import as_it_is, over_reviewers, over_reviews, without
from scoring.stability.decisions import Decide
from scoring.stability.weights import core_index

DRAWS, SEED = 1_000, 2026
ALMOST_ALL = 1 - 1e-12


@dataclass(frozen=True, slots=True)
class Standing:
    """How one proposal fares: funded or not, and the share of variations in which it is funded.

    `weights` is the core index; `kind` is core (1), exterior (0) or borderline.
    """

    id: str
    funded: bool
    reviews: float
    reviewers: float
    weights: float
    kind: str


@dataclass(frozen=True, slots=True)
class Flip:
    """What leaving out one reviewer changes."""

    reviewer: str
    gains: tuple[str, ...]
    loses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stability:
    """The whole report; `error` is the largest standard error of a share that comes from draws."""

    standings: tuple[Standing, ...]
    flips: tuple[Flip, ...]
    ranges: dict[str, tuple[float, float]]
    draws: int
    seed: int
    error: float


def stability(
    ballot: Ballot,
    decide: Decide,
    ranges: Sequence[tuple[float, float]],
    keys: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Stability:
    """Return how a decision fares under the bootstrap, other weights and without each reviewer."""
    funded = as_it_is(ballot, decide)
    shares = {
        "reviews": over_reviews(ballot, decide, draws=draws, seed=seed),
        "reviewers": over_reviewers(ballot, decide, draws=draws, seed=seed),
        "weights": core_index(ballot, decide, ranges, draws=draws, seed=seed),
    }
    return Stability(
        standings=tuple(_standings(ballot, funded, shares)),
        flips=tuple(_flips(ballot, decide, funded)),
        ranges=dict(zip(keys, ranges, strict=True)),
        draws=draws,
        seed=seed,
        error=published(0.5 / float(np.sqrt(draws)), SHARES),
    )


def _standings(ballot: Ballot, funded: frozenset[str], shares: dict[str, Floats]) -> list[Standing]:
    def standing(i: int, proposal: str) -> Standing:
        index = float(shares["weights"][i])
        return Standing(
            id=proposal,
            funded=proposal in funded,
            reviews=published(float(shares["reviews"][i]), SHARES),
            reviewers=published(float(shares["reviewers"][i]), SHARES),
            weights=published(index, SHARES),
            kind="core" if index > ALMOST_ALL else "borderline" if index > 0 else "exterior",
        )

    order = ballot.order(ballot.scores(np.ones(len(ballot.design.y))))
    number = {proposal: i for i, proposal in enumerate(ballot.ids)}
    return [standing(number[proposal], proposal) for proposal in order]


def _flips(ballot: Ballot, decide: Decide, funded: frozenset[str]) -> list[Flip]:
    flips = []
    for number, reviewer in enumerate(ballot.design.reviewers):
        then = without(ballot, decide, number)
        if then != funded:
            flips.append(Flip(reviewer, tuple(sorted(then - funded)), tuple(sorted(funded - then))))
    return flips


def as_json(report: Stability) -> dict[str, Any]:
    """Return the JSON of `python -m scoring stability`.

    `proposals` are in the order of the decision; `survives_*` are the shares of variations in
    which a proposal is funded; `without_reviewer` lists only reviewers whose absence changes the
    decision.
    """
    return {
        "method": {
            "draws": report.draws,
            "seed": report.seed,
            "largest_standard_error": report.error,
            "weight_ranges": report.ranges,
        },
        "proposals": [
            {
                "id": s.id,
                "funded": s.funded,
                "survives_reviews": s.reviews,
                "survives_reviewers": s.reviewers,
                "core_index": s.weights,
                "kind": s.kind,
            }
            for s in report.standings
        ],
        "without_reviewer": [
            {"reviewer": f.reviewer, "gains": f.gains, "loses": f.loses} for f in report.flips
        ],
    }
