"""Why a reviewer was not given to a proposal, in words."""

from dataclasses import replace

import numpy as np

from scoring.assignment.assign import Assignment, InfeasibleError, assign
from scoring.assignment.problem import MICRO, Pair, Problem

_SHOWN = 6


def explain(problem: Problem, found: Assignment, pair: Pair) -> str:
    """Say what the pair would cost: the exact loss of total and whose seats would change.

    Solved again with the pair as a fixed seat, so the answer holds for the best that could then
    be done.
    """
    i, j = pair
    names = f"{problem.reviewers[j]} to {problem.proposals[i]}"
    if pair in found.pairs:
        return f"{problem.reviewers[j]} has the seat on {problem.proposals[i]}."
    if not problem.allowed[pair]:
        return f"{names} is ruled out by a conflict."
    try:
        other = assign(_with_seat(problem, pair))
    except InfeasibleError as error:
        return f"{names} cannot be given: {error.sentence}."
    changed = sorted({row for row, _ in set(found.pairs) ^ set(other.pairs)})
    shown = ", ".join(problem.proposals[row] for row in changed[:_SHOWN])
    more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
    return (
        f"Giving {names} would lower the total by {(found.total - other.total) / MICRO:.6f}, from "
        f"{found.total / MICRO:.6f} to {other.total / MICRO:.6f}; seats would change for "
        f"{shown}{more}."
    )


def _with_seat(problem: Problem, pair: Pair) -> Problem:
    """Fix the pair; where its proposal or reviewer has no place left, that is impossible."""
    seats = np.array([*problem.fixed, pair])
    held = (seats == pair).sum(axis=0)
    if held[0] > problem.demand[pair[0]] or held[1] > problem.max_load[pair[1]]:
        raise InfeasibleError("its places are taken by fixed seats")
    return replace(problem, fixed=(*problem.fixed, pair))
