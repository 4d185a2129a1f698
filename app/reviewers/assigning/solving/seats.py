"""As many seats as the constraints allow, where not all can be filled."""

from dataclasses import replace

import scoring  # noqa: F401  (first, so that numpy adds up in one thread)

# isort: split
import numpy as np

from app.reviewers.assigning.inputs import Inputs, Pair
from app.reviewers.assigning.solving.mixing import with_every_cap
from app.reviewers.assigning.solving.problem import demand_of, most_loads, patient_rule
from scoring.affinity import Affinity
from scoring.assignment import Problem, assign
from scoring.assignment.problem import Mask

_REAL = 1_000  # what a person is worth while empty seats are counted


def with_empty_seats(
    inputs: Inputs, suited: Affinity, allowed: Mask, seed: str
) -> tuple[Problem, tuple[Pair, ...]]:
    """Fill as many seats as the constraints allow, and fix the others as empty ones.

    Empty seats are people who know nothing, of whom each proposal may have as many as it needs
    reviews; they count as patients. First the fewest of them are sought, spread evenly.
    """
    n, m = allowed.shape
    demand = demand_of(inputs)
    depth = int(demand.max(initial=0))
    worth = np.concatenate(
        [np.full((n, m), _REAL), np.tile(depth - 1 - np.arange(depth), (n, 1))], axis=1
    )
    people = tuple(one.account_id for one in inputs.people)
    counting = Problem(
        proposals=tuple(one.number for one in inputs.proposals),
        reviewers=(*people, *(f"empty seat {k + 1}" for k in range(depth))),
        merit=worth.astype(np.int32),
        allowed=np.concatenate([allowed, np.ones((n, depth), dtype=np.bool_)], axis=1),
        demand=demand,
        min_load=np.zeros(m + depth, dtype=np.int64),
        max_load=np.concatenate([most_loads(inputs), np.full(depth, n)]),
        rules=tuple(
            replace(rule, members=np.concatenate([rule.members, np.ones(depth, dtype=np.bool_)]))
            for rule in patient_rule(inputs)
        ),
        fixed=inputs.fixed,
    )
    counting = with_every_cap(inputs, counting)
    fewest = assign(counting, seed=seed)
    empty = tuple(pair for pair in fewest.pairs if pair[1] >= m)
    chairs = np.zeros((n, depth), dtype=np.bool_)
    for i, j in empty:
        chairs[i, j - m] = True
    return (
        replace(
            counting,
            merit=np.concatenate([suited.merit, np.zeros((n, depth), dtype=np.int32)], axis=1),
            allowed=np.concatenate([allowed, chairs], axis=1),
            fixed=(*inputs.fixed, *empty),
        ),
        empty,
    )
