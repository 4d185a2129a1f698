"""Gives every proposal its reviewers: the best total, or the best for the worst-served proposal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from scoring.assignment.deficient import proposals_short, reviewers_short
from scoring.assignment.exchange import raise_the_worst
from scoring.assignment.network import Network, Optimum, solve
from scoring.assignment.problem import Ints, Mask, Pair, Problem, Rule
from scoring.assignment.ruled import Quota, RuledOptimum, solve_with_quotas
from scoring.assignment.ties import best_on_face, is_unique, lots, optimal_face
from scoring.assignment.worst_bound import worst_bound
from scoring.errors import InputError

Objective = Literal["total", "maxmin"]


class InfeasibleError(InputError):
    """No assignment meets all demands; the sentence names the deficient set."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Seats with their proof; merits in whole millionths.

    `bound_total` and `bound_worst` are proven upper bounds: where they equal `total` and `worst`
    nothing better exists. The prices are the duals of the problem without its fixed seats (rules:
    proposals × rules). `unique` says whether no other assignment has the same total (None where
    rules make that too dear to know).
    """

    pairs: tuple[Pair, ...]
    total: int
    worst: int
    bound_total: int
    bound_worst: int
    proposal_prices: Ints
    reviewer_prices: Ints
    rule_prices: Ints | None
    unique: bool | None


def assign(
    problem: Problem,
    *,
    objective: Objective = "total",
    seed: str = "",
    previous: Sequence[Pair] = (),
    engine: str | None = None,
) -> Assignment:
    """Return the best assignment; InfeasibleError when the demands cannot be met.

    "total" maximises Σ merit exactly. "maxmin" then raises the worst proposal by exchange paths
    at the least loss of total (NP-hard in general; compare with `bound_worst`). Ties are settled by
    lots from `seed`, whatever the solver and the order of ids. With `previous` as many of those
    seats as possible are kept first. `engine` is "scipy", "ortools" or None for the faster one.
    """
    network = without_fixed(problem)
    found: Optimum | RuledOptimum
    if problem.rules:
        found = _ruled(problem, network)
        pairs, unique = _pairs(_keeping_ruled(problem, network, previous) or found), None
    else:
        found = _plain(problem, network, engine)
        pairs, unique = _settled(
            problem, network, found, seed=seed, previous=previous, engine=engine
        )
    seats = sorted([*problem.fixed, *pairs])
    worst = worst_of(problem, seats)
    bound = worst_bound(problem, worst)
    if objective == "maxmin" and worst < bound:
        seats = raise_the_worst(problem, seats, found.b, bound=bound)
        worst = worst_of(problem, seats)
        bound = worst_bound(problem, worst, thorough=True)
    return Assignment(
        pairs=tuple(seats),
        total=merit_of(problem, seats),
        worst=worst,
        bound_total=found.bound + merit_of(problem, problem.fixed),
        bound_worst=bound,
        proposal_prices=found.a,
        reviewer_prices=found.b,
        rule_prices=found.quota_prices if isinstance(found, RuledOptimum) else None,
        unique=unique,
    )


def merit_of(problem: Problem, pairs: Sequence[Pair]) -> int:
    """Add up the merits of some pairs, in whole millionths."""
    return sum(int(problem.merit[pair]) for pair in pairs)


def worst_of(problem: Problem, pairs: Sequence[Pair]) -> int:
    """Return the least total merit among proposals that need a review (0 if none does)."""
    scores = dict.fromkeys(np.flatnonzero(problem.demand > 0).tolist(), 0)
    for i, j in pairs:
        scores[i] += int(problem.merit[i, j])
    return min(scores.values(), default=0)


def without_fixed(problem: Problem) -> Network:
    """Return what is left to decide once the fixed seats are taken."""
    allowed = problem.allowed
    held = np.zeros(len(problem.reviewers), dtype=np.int64)
    demand = problem.demand.copy()
    if problem.fixed:
        rows, columns = np.array(problem.fixed).T
        allowed = allowed.copy()
        allowed[rows, columns] = False
        held = np.bincount(columns, minlength=len(held))
        demand -= np.bincount(rows, minlength=len(demand))
    low = np.maximum(problem.min_load - held, 0)
    return Network(problem.merit, allowed, demand, low, problem.max_load - held)


def _plain(problem: Problem, network: Network, engine: str | None) -> Optimum:
    found = solve(network, engine=engine)
    if found is None:
        raise InfeasibleError(_why(problem))
    return found


def _ruled(problem: Problem, network: Network) -> RuledOptimum:
    found = solve_with_quotas(network, _quotas(problem))
    if found is None:
        raise InfeasibleError(_why(problem))
    return found


def _settled(
    problem: Problem,
    network: Network,
    found: Optimum,
    *,
    seed: str,
    previous: Sequence[Pair],
    engine: str | None,
) -> tuple[list[Pair], bool]:
    """Choose among equals: first what was there before, then merit, then lots."""
    certain: list[Pair] = []
    if previous:
        kept = _marked(problem, previous).astype(np.int64)
        keeping = replace(network, merit=kept)
        face = optimal_face(keeping, _plain(problem, keeping, engine))
        certain += _listed(face.row, face.column)
        network = replace(face.network, merit=problem.merit)
        found = _plain(problem, network, engine)
    face = optimal_face(network, found)
    if is_unique(face, found):
        return [*certain, *_pairs(found)], not previous
    drawn = best_on_face(face, lots(seed, problem.proposals, problem.reviewers), engine=engine)
    return [*certain, *_listed(face.row, face.column), *_pairs(drawn)], False


def _keeping_ruled(
    problem: Problem, network: Network, previous: Sequence[Pair]
) -> RuledOptimum | None:
    """Weigh a seat that was there before above any sum of merits (None: nothing was)."""
    if not previous:
        return None
    merit = problem.merit.astype(np.int64)
    more = int(np.ptp(merit)) * int(network.demand.sum()) + 1
    weighed = replace(network, merit=merit + _marked(problem, previous) * more)
    return solve_with_quotas(weighed, _quotas(problem))


def _marked(problem: Problem, pairs: Sequence[Pair]) -> Mask:
    mask = np.zeros(problem.merit.shape, dtype=np.bool_)
    for pair in pairs:
        mask[pair] = True
    return mask


def _pairs(found: Optimum | RuledOptimum) -> list[Pair]:
    return _listed(found.row, found.column)


def _listed(row: Ints, column: Ints) -> list[Pair]:
    return list(zip(row.tolist(), column.tolist(), strict=True))


def _quotas(problem: Problem) -> tuple[Quota, ...]:
    return tuple(_quota(problem, rule) for rule in problem.rules)


def _quota(problem: Problem, rule: Rule) -> Quota:
    """Turn a rule into limits for what is left once the fixed seats are taken."""
    held = np.zeros(len(problem.proposals), dtype=np.int64)
    for i, j in problem.fixed:
        held[i] += rule.members[j]
    needed = problem.demand > 0
    most = problem.demand if rule.at_most is None else np.minimum(problem.demand, rule.at_most)
    over = np.flatnonzero(held > most)
    if over.size:
        raise InputError(
            f"{problem.proposals[over[0]]} has {held[over[0]]} fixed seats of {rule.name}, more "
            f"than the {rule.at_most} allowed; remove a seat or raise the cap"
        )
    return Quota(
        rule.members, np.maximum(np.where(needed, rule.at_least, 0) - held, 0), most - held
    )


def _why(problem: Problem) -> str:
    """Say in words why nothing meets the demands."""
    for finding in (proposals_short(problem), reviewers_short(problem)):
        if finding is not None:
            return finding[1]
    for rule in problem.rules:
        if why := _why_rule(problem, rule):
            return why
    names = ", ".join(rule.name for rule in problem.rules)
    return (
        f"the rules {names} can each be met, but not together with the demands and loads; "
        "relax one of them or add reviewers"
    )


def _why_rule(problem: Problem, rule: Rule) -> str | None:
    needed = problem.demand > 0
    short = np.flatnonzero(needed & (problem.demand < rule.at_least))
    if short.size:
        return (
            f"{problem.proposals[short[0]]} needs {problem.demand[short[0]]} reviews, but "
            f"{rule.name} asks for {rule.at_least}; lower the rule or raise the demand"
        )
    part = replace(
        problem,
        allowed=problem.allowed & rule.members,
        demand=np.where(needed, rule.at_least, 0),
        min_load=np.zeros_like(problem.min_load),
        fixed=(),
    )
    finding = proposals_short(part)
    if finding is not None:
        return f"{rule.name}: {finding[1]}"
    if rule.at_most is None:
        return None
    others = problem.demand - np.minimum(
        (problem.allowed & ~rule.members).sum(axis=1), problem.demand
    )
    over = np.flatnonzero(others > rule.at_most)
    if over.size:
        return (
            f"{problem.proposals[over[0]]} must take {others[over[0]]} of {rule.name}, more than "
            f"the {rule.at_most} allowed; raise the cap or add other reviewers"
        )
    return None
