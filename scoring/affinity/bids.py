"""What a bid may do to an affinity: little, and less where nothing else speaks for the pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from scoring.affinity.texts import Real


class Bid(StrEnum):
    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


# An affinity runs from 0 to 1. What bids add is bounded, so that nobody can bid their way past a
# reviewer who knows clearly more; a "no" weighs more than a "yes", for nobody gains by it.
EFFECT: Mapping[Bid, float] = {Bid.YES: 0.15, Bid.MAYBE: 0.05, Bid.NO: -0.25}
DAMPED = 0.2  # what is left of a wish where expertise does not bear it out
FEW = 5  # wishes of somebody who says yes less often than this are aimed, and count in proportion


@dataclass(frozen=True, slots=True)
class BidEffects:
    """What bids do to affinities, sparse: rows, columns, what is added, and what was damped.

    `unsupported` marks a yes where the affinity is nothing, or below the reviewer's own median.
    """

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    added: Real
    unsupported: NDArray[np.bool_]


def effects(
    bids: Sequence[tuple[int, int, Bid]], base: Real, medians: Real, reviewers: int
) -> BidEffects:
    """Return the effects of bids (proposal, reviewer, bid).

    `base` is the affinity without bids of each bid's pair, `medians` (m) each reviewer's median.
    """
    row = np.array([bid[0] for bid in bids], dtype=np.int64)
    column = np.array([bid[1] for bid in bids], dtype=np.int64)
    wish = np.array([EFFECT[bid[2]] for bid in bids], dtype=np.float32)
    yes = np.array([bid[2] is Bid.YES for bid in bids], dtype=np.bool_)
    unsupported = yes & ((base < medians[column]) | (base == 0))
    often = np.minimum(np.bincount(column[yes], minlength=reviewers) / FEW, 1)[column]
    factor = np.where(unsupported, DAMPED, 1) * np.where(yes, often, 1)
    return BidEffects(row, column, (wish * factor).astype(np.float32), unsupported)
