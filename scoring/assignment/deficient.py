"""Why an assignment is impossible, in words: the proposals that together have too few places."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from scoring.assignment.problem import Ints, Mask, Problem

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Shortage:
    """Members of one side that together need more than the other side may give them.

    `given` is what each member gets in a largest possible assignment.
    """

    members: tuple[int, ...]
    needed: int
    places: int
    given: Ints


def shortage(allowed: Mask, needs: Ints, gives: Ints) -> Shortage | None:
    """Return the deficient set of the rows (max-flow/min-cut), or None when all needs can be met.

    allowed (n, m): who may meet whom, at most once; needs (n), gives (m): whole numbers.
    """
    n, m = allowed.shape
    row, column = np.nonzero(allowed)
    source, sink = n + m, n + m + 1
    start = np.concatenate([np.full(n, source), row, n + np.arange(m)])
    end = np.concatenate([np.arange(n), n + column, np.full(m, sink)])
    room = np.concatenate([needs, np.ones(len(row), dtype=np.int64), gives]).astype(np.int32)
    graph = csr_array((room, (start, end)), shape=(n + m + 2,) * 2)
    found = maximum_flow(graph, source, sink)
    if found.flow_value == needs.sum():
        return None
    residual = graph - found.flow
    residual.data[residual.data < 0] = 0
    residual.eliminate_zeros()
    reached = breadth_first_order(residual, source, return_predecessors=False)
    members = np.sort(reached[reached < n])
    partners = np.zeros(m, dtype=np.bool_)
    partners[reached[(reached >= n) & (reached < n + m)] - n] = True
    places = int(gives[partners].sum()) + int(allowed[np.ix_(members, ~partners)].sum())
    given = np.asarray(found.flow[[source], :n].toarray()).ravel().astype(np.int64)
    return Shortage(tuple(members.tolist()), int(needs[members].sum()), places, given)


def proposals_short(problem: Problem) -> tuple[Shortage, str] | None:
    """Find proposals with too few permitted places, as the finding and as a sentence."""
    found = shortage(problem.allowed, problem.demand, problem.max_load)
    if found is None:
        return None
    names = [problem.proposals[i] for i in found.members]
    return found, (
        f"{_listed(names, 'proposal')} only {found.places} permitted reviewer places for "
        f"{found.needed} reviews; add reviewers without a conflict, raise their loads or ask for "
        "fewer reviews"
    )


def reviewers_short(problem: Problem) -> tuple[Shortage, str] | None:
    """Find reviewers whose minimum loads cannot be met, as the finding and as a sentence."""
    found = shortage(problem.allowed.T, problem.min_load, problem.demand)
    if found is None:
        return None
    names = [problem.reviewers[j] for j in found.members]
    return found, (
        f"{_listed(names, 'reviewer')} only {found.places} permitted reviews for a minimum load "
        f"of {found.needed}; lower their min_load or lift a conflict"
    )


def _listed(names: list[str], what: str) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    shown = ", ".join(names[:_SHOWN]) + more
    if len(names) == 1:
        return f"{what} {shown} has"
    return f"these {len(names)} {what}s ({shown}) together have"
