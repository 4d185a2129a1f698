"""The parts that only save work: which pairs are kept at first, and how close the bounds come."""

import itertools

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from scoring.assignment.assign import assign, without_fixed
from scoring.assignment.network import Network, best_pairs, first_width, solve
from scoring.assignment.prices import _spans
from scoring.assignment.problem import Problem, Rule
from scoring.assignment.worst_bound import worst_bound
from tests.scoring.test_assignment import problem_of


def network_of(merit: np.ndarray, demand: list[int], high: list[int], capacity: int = 1) -> Network:
    n, m = merit.shape
    random = np.random.default_rng(n * m)
    return Network(
        merit,
        random.random((n, m)) > 0.2,
        np.array(demand),
        np.zeros(m, dtype=np.int64),
        np.array(high),
        capacity=capacity,
    )


@pytest.mark.parametrize(
    ("demand", "m", "capacity", "width"),
    [(0, 1, 1, 1), (1, 16, 1, 5), (3, 177, 1, 12), (8, 10_000, 1, 63), (5, 100, 2, 12)],
)
def test_a_proposal_starts_with_so_many_pairs(
    demand: int, m: int, capacity: int, width: int
) -> None:
    asked = network_of(np.zeros((2, m), dtype=np.int32), [demand, 0], [1] * m, capacity)
    assert first_width(asked) == width


@pytest.mark.parametrize(("high", "keep"), [(1, 3), (6, 3), (6, 13), (2, 40)])
def test_the_pairs_kept_at_first_are_the_best_of_each_side(high: int, keep: int) -> None:
    random = np.random.default_rng(7)
    merit = random.permutation(25 * 13).reshape(25, 13).astype(np.int32)
    asked = network_of(merit, [2] * 25, [high] * 13)
    of_reviewer = max(min(max(2 * high, 8), 25), keep if keep >= 13 else 0)
    wanted = set()
    for i in range(25):
        best = sorted(range(13), key=lambda j: -merit[i, j] if asked.allowed[i, j] else 1)
        wanted |= {(i, j) for j in best[:keep] if asked.allowed[i, j]}
    for j in range(13):
        best = sorted(range(25), key=lambda i: -merit[i, j] if asked.allowed[i, j] else 1)
        wanted |= {(i, j) for i in best[:of_reviewer] if asked.allowed[i, j]}
    assert best_pairs(asked, keep).tolist() == sorted(i * 13 + j for i, j in wanted)


def test_spans_are_the_ranges_one_after_the_other() -> None:
    starts = np.array([0, 3, 3, 7, 9])
    assert _spans(starts, np.array([0, 2, 3])).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert _spans(starts, np.array([3, 1, 0])).tolist() == [7, 8, 0, 1, 2]
    assert _spans(starts, np.array([], dtype=np.int64)).tolist() == []


def plain_bound(problem: Problem) -> float:
    """Solve max T, every score >= T, over all pairs, without any shortcut."""
    n, m = problem.merit.shape
    pairs = [pair for pair in itertools.product(range(n), range(m)) if problem.allowed[pair]]
    scores = np.zeros((n, len(pairs) + 1))
    seats, loads = np.zeros((n, len(pairs) + 1)), np.zeros((m, len(pairs) + 1))
    for place, (i, j) in enumerate(pairs):
        scores[i, place] = -problem.merit[i, j] / 1e6
        seats[i, place] = loads[j, place] = 1
    scores[:, -1] = 1
    found = linprog(
        np.eye(len(pairs) + 1)[-1] * -1,
        A_ub=np.concatenate([scores, seats, loads, -loads]),
        b_ub=np.concatenate([np.zeros(n), problem.demand, problem.max_load, -problem.min_load]),
        bounds=[*((float(pair in problem.fixed), 1) for pair in pairs), (None, None)],
    )
    return float(-found.fun) * 1e6


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_of_the_worst_is_that_of_the_whole_linear_programme(seed: int) -> None:
    random = np.random.default_rng(seed)
    n, m = 6 + seed, 7
    merit = random.integers(0, 12, (n, m)) / 10
    low = [0] * m if seed % 2 else random.integers(0, (2 * n) // m + 1, m).tolist()
    allowed = random.random((n, m)) > 0.15
    fixed = tuple((i, int(allowed[i].argmax())) for i in range(0, n, 3)) if seed > 3 else ()
    problem = problem_of(merit, allowed, demand=2, low=low, high=2 + (2 * n) // m, fixed=fixed)
    bound = worst_bound(problem, 0, thorough=True)
    assert 0 <= bound - int(plain_bound(problem)) <= 3
    assert worst_bound(problem, bound) == bound


def taste(kind: str) -> np.ndarray:
    random = np.random.default_rng(0)
    if kind == "all the same":  # the pairs kept at first do not suffice
        return np.outer(np.arange(30, 0, -1), np.arange(60, 0, -1)) / 2000
    if kind == "nearly the same":
        return np.outer(random.random(40), random.random(70)) + 0.05 * random.random((40, 70))
    return random.random(70)[None, :] + 0.3 * random.random((40, 70))


@pytest.mark.parametrize(
    ("kind", "times", "rounds"),
    [("all the same", 1, 4), ("nearly the same", 1, 3), ("by reviewer", 2, 2)],
)
def test_pairs_left_out_at_first_come_in_until_none_is_worth_more(
    kind: str, times: int, rounds: int
) -> None:
    merit = np.round(taste(kind), 6)
    found = solve(without_fixed(problem_of(merit, demand=times, high=times)), engine="scipy")
    assert found is not None
    n, m = merit.shape
    pairs = list(itertools.product(range(n), range(m)))
    matrix = np.zeros((n + m, len(pairs)))
    for place, (i, j) in enumerate(pairs):
        matrix[i, place] = matrix[n + j, place] = 1
    plain = linprog(
        -merit.ravel(),
        A_ub=matrix[n:],
        b_ub=np.full(m, times),
        A_eq=matrix[:n],
        b_eq=np.full(n, times),
        bounds=(0, 1),
    )
    assert found.total == found.bound == round(-1e6 * plain.fun)
    assert found.rounds == rounds


def test_what_is_short_even_with_every_pair_is_told_at_once() -> None:
    allowed = np.zeros((30, 60), dtype=np.bool_)
    allowed[:, :10] = True
    assert solve(without_fixed(problem_of(np.ones((30, 60)), allowed))) is None


def small(seed: int) -> Problem:
    random = np.random.default_rng(seed)
    n, m = 4 + seed % 4, 5 + seed % 3
    return problem_of(
        random.integers(0, 10, (n, m)) / 10,
        random.random((n, m)) > 0.12,
        demand=2,
        low=[int(random.random() < 0.3) for _ in range(m)],
        high=2 + 2 * n // m if seed % 2 else -(-2 * n // m) + 1,
    )


def varied(seed: int, *, ruled: bool = False) -> Problem:
    """Return proposals that ask for none to three reviews, the last reviewer as good as others."""
    random = np.random.default_rng(1000 + seed)
    n, m = 4 + seed % 4, 5 + seed % 3
    demand = random.integers(1 if ruled else 0, 4, n)
    members = random.random(m) < 0.5
    rules = (Rule("some", members, 1, 2), Rule("few", ~members, 0, 2)) if ruled else ()
    return problem_of(
        random.integers(0, 10, (n, m)) / 10,
        random.random((n, m)) > 0.12,
        demand=demand.tolist(),
        high=-(-int(demand.sum()) // m) + 1,
        rules=rules,
    )


def plainly(problem: Problem, worst: int | None = None) -> int:
    """Return the best worst score, or the best total with no score below `worst`, over all sets."""
    n, m = problem.merit.shape
    every = n * m
    ruled = len(problem.rules)
    rows = np.zeros((2 * n + m + ruled * n, every + 1))
    for i, j in itertools.product(range(n), range(m)):
        rows[i, i * m + j] = rows[n + j, i * m + j] = 1
        rows[n + m + i, i * m + j] = problem.merit[i, j] / 1e5
        for at, rule in enumerate(problem.rules):
            rows[(2 + at) * n + m + i, i * m + j] = rule.members[j]
    asked = problem.demand > 0
    floor = 0.0 if worst is None else worst / 1e5
    rows[n + m : 2 * n + m, every] = -asked.astype(float) if worst is None else 0
    goal = np.zeros(every + 1)
    goal[every] = -1
    if worst is not None:
        goal[:every] = -problem.merit.ravel() / 1e5
        goal[every] = 0
    least = [np.where(asked, rule.at_least, 0) for rule in problem.rules]
    most = [np.full(n, np.inf if rule.at_most is None else rule.at_most) for rule in problem.rules]
    low = np.concatenate([problem.demand, problem.min_load, np.where(asked, floor, 0), *least])
    high = np.concatenate([problem.demand, problem.max_load, np.full(n, np.inf), *most])
    found = milp(
        goal,
        constraints=LinearConstraint(rows, low, high),
        bounds=Bounds(0, np.append(problem.allowed.ravel().astype(float), 100)),
        integrality=np.append(np.ones(every), 0),
    )
    return round(-float(found.fun) * 1e5)


def test_the_worst_served_is_served_as_well_as_an_integer_programme_can() -> None:
    """And at no more loss of the sum than that takes, on these calls (it is hard in general)."""
    calls = [*map(small, range(20)), *map(varied, range(16))]
    for problem in [
        *calls,
        *(varied(seed, ruled=True) for seed in (0, 1, 2, 4, 5, 6, 7, 9, 10, 30)),
    ]:
        fair = assign(problem, objective="maxmin")
        assert fair.worst == plainly(problem)
        assert fair.total == plainly(problem, fair.worst)


def test_the_bound_of_the_worst_holds_where_its_sum_is_more_than_64_bits() -> None:
    """A thousand proposals, a hundred reviewers who fit and a thousand who must be given one."""
    merit = np.zeros((1_000, 1_100))
    merit[:, :100] = 0.9
    problem = problem_of(merit, demand=3, low=1, high=40)
    assert 1_800_000 <= worst_bound(problem, 1_000_000, thorough=True) <= 2_700_000
