"""From inputs to a plan: hard constraints first, then the worst-served proposal, then the total.

Uses numpy and scipy; imported by the job alone, so that processes that answer pages stay small.
"""

from collections.abc import Callable

from app.reviewers.assigning.inputs import Inputs
from app.reviewers.assigning.sheets import Sheet
from app.reviewers.assigning.solving.keeping import Found, sheet_of
from app.reviewers.assigning.solving.mixing import mixed
from app.reviewers.assigning.solving.problem import not_withheld, permitted_pairs, problem_of
from app.reviewers.assigning.solving.seats import with_empty_seats
from scoring.affinity import Affinity, Bid, Told, affinity
from scoring.assignment.problem import Mask
from scoring.errors import InputError

Said = Callable[[int], None]


def solve(inputs: Inputs, seed: str, said: Said = lambda _percent: None) -> Sheet:
    """Return the best plan that the hard constraints allow; seats nobody may take stay empty."""
    suited = affinity(
        [Told(one.texts, frozenset(one.codes)) for one in inputs.proposals],
        [Told(one.texts, frozenset(one.codes)) for one in inputs.people],
        [(i, j, Bid(bid)) for i, j, bid in inputs.bids],
        told=lambda percent: said(5 + percent // 3),
    )
    said(50)
    permitted = permitted_pairs(inputs)
    allowed = permitted & not_withheld(inputs, seed)
    found = _best(inputs, suited, allowed, seed, said)
    said(90)
    sheet = sheet_of(inputs, suited, permitted, found)
    said(99)
    return sheet


def _best(inputs: Inputs, suited: Affinity, allowed: Mask, seed: str, said: Said) -> Found:
    """Solve; where that is impossible, first without minimum loads, then with empty seats."""
    why: list[str] = []
    for least in sorted({0, inputs.wishes.least}, reverse=True):
        try:
            problem = problem_of(inputs, suited, allowed, least)
            answer, problem = mixed(inputs, problem, seed)
        except InputError as error:
            if error.sentence not in why:
                why.append(error.sentence)
        else:
            return Found(problem, answer, why=tuple(why))
    said(70)
    problem, empty = with_empty_seats(inputs, suited, allowed, seed)
    answer, problem = mixed(inputs, problem, seed)
    return Found(problem, answer, empty, tuple(why))
