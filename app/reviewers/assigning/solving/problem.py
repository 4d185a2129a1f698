"""What is to be solved: who may sit where, how many each needs and each may read."""

from fractions import Fraction

import scoring  # noqa: F401  (first, so that numpy adds up in one thread)

# isort: split
import numpy as np

from app.reviewers.assigning.inputs import Inputs
from scoring.affinity import Affinity
from scoring.assignment import Problem, Rule
from scoring.assignment.problem import Ints, Mask
from scoring.assignment.ties import lots

_LOTS = 1 << 20


def permitted_pairs(inputs: Inputs) -> Mask:
    allowed = np.ones((len(inputs.proposals), len(inputs.people)), dtype=np.bool_)
    if inputs.ruled_out:
        rows, columns = np.array(sorted(inputs.ruled_out), dtype=np.int64).T
        allowed[rows, columns] = False
    return allowed


def not_withheld(inputs: Inputs, seed: str) -> Mask:
    """Withhold each pair from this run with probability 1 - cap, each by a lot of its own.

    Whatever anybody writes, bids or arranges, a pair is then chosen with probability cap at most.
    Seats that are there already stay.
    """
    cap = Fraction(inputs.wishes.cap)
    shape = (len(inputs.proposals), len(inputs.people))
    if cap >= 1:
        return np.ones(shape, dtype=np.bool_)
    proposals = [one.id for one in inputs.proposals]
    people = [one.account_id for one in inputs.people]
    free = lots(f"{seed}|cap", proposals, people) < int(cap * _LOTS)
    for pair in inputs.fixed:
        free[pair] = True
    return free


def problem_of(inputs: Inputs, suited: Affinity, allowed: Mask, least: int) -> Problem:
    wanted = demand_of(inputs)
    most = np.array([max(one.most, one.held) for one in inputs.people], dtype=np.int64)
    elsewhere = held_elsewhere(inputs)
    most = most - elsewhere
    return Problem(
        proposals=tuple(one.number for one in inputs.proposals),
        reviewers=tuple(one.account_id for one in inputs.people),
        merit=suited.merit,
        allowed=allowed,
        demand=wanted,
        min_load=np.minimum(np.maximum(least - elsewhere, 0), most),
        max_load=most,
        rules=patient_rule(inputs),
        fixed=inputs.fixed,
    )


def demand_of(inputs: Inputs) -> Ints:
    """Return how many each proposal gets: one more where those who stay lack the patient."""
    there = np.zeros(len(inputs.proposals), dtype=np.int64)
    served = np.zeros(len(inputs.proposals), dtype=np.bool_)
    for i, j in inputs.fixed:
        there[i] += 1
        served[i] |= inputs.people[j].patient
    more = there + (~served if inputs.wishes.patient else 0)
    demand: Ints = np.maximum(more, inputs.wishes.each)
    return demand


def held_elsewhere(inputs: Inputs) -> Ints:
    """Count the seats that people hold at proposals which are not in the plan."""
    here = np.bincount(
        np.array([j for _, j in inputs.fixed], dtype=np.int64), minlength=len(inputs.people)
    )
    held = np.array([one.held for one in inputs.people], dtype=np.int64)
    elsewhere: Ints = np.maximum(held - here, 0)
    return elsewhere


def patient_rule(inputs: Inputs) -> tuple[Rule, ...]:
    if not inputs.wishes.patient:
        return ()
    members = np.array([one.patient for one in inputs.people], dtype=np.bool_)
    return (Rule("patient reviewers", members, at_least=1),)


def most_loads(inputs: Inputs) -> Ints:
    most = np.array([max(one.most, one.held) for one in inputs.people], dtype=np.int64)
    return most - held_elsewhere(inputs)
