"""Assignment: ours beside plain formulations that anyone can install, in one run; ratios count.

    python -m bench.scoring_assignment [--json FILE] [--sizes 300 1000 3000] [--large]

- n × n proposals and reviewers, 3 reviews each, loads up to 4, one pair in ten a conflict.
- scipy `milp` over all pairs (up to 1,000), and OR-tools' flow over all pairs where installed.
- `--large`: 10,000 × 10,000 with its peak memory.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from scoring.assignment.assign import assign, without_fixed
from scoring.assignment.engines import Arcs, flow_by_ortools, has_ortools
from scoring.assignment.network import solve
from scoring.assignment.problem import Problem, whole_merit

MILP_UP_TO = 1_000
CONFLICTS = 0.1  # share of pairs

Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def synthetic(n: int, seed: int = 0) -> Problem:
    """Return topics of 20, rounded to millionths: 0.75 √P √Rᵀ + 0.25 U(0, 1)."""
    random = np.random.default_rng(seed)
    papers, people = random.dirichlet([0.2] * 20, n), random.dirichlet([0.2] * 20, n)
    merit = 0.75 * np.sqrt(papers) @ np.sqrt(people).T
    merit += 0.25 * random.random((n, n))
    np.clip(merit, 1e-6, 1, out=merit)
    return Problem(
        proposals=tuple(f"p{i:05}" for i in range(n)),
        reviewers=tuple(f"r{j:05}" for j in range(n)),
        merit=whole_merit(merit),
        allowed=random.random((n, n), dtype=np.float32) >= CONFLICTS,
        demand=np.full(n, 3),
        min_load=np.zeros(n, dtype=np.int64),
        max_load=np.full(n, 4),
    )


def milp_on_all_pairs(problem: Problem) -> int:
    row, column = np.nonzero(problem.allowed)
    arcs, n = np.arange(len(row)), len(problem.demand)
    ones = np.ones(2 * len(row))
    where = (np.concatenate([row, n + column]), np.concatenate([arcs, arcs]))
    limits = LinearConstraint(
        coo_array((ones, where)).tocsr(),
        np.concatenate([problem.demand, problem.min_load]),
        np.concatenate([problem.demand, problem.max_load]),
    )
    merit = problem.merit[row, column].astype(float)
    found = milp(-merit, constraints=limits, bounds=Bounds(0, 1), integrality=np.ones(len(row)))
    return round(float(-found.fun))


def ortools_on_all_pairs(problem: Problem) -> int:
    row, column = np.nonzero(problem.allowed)
    merit = problem.merit[row, column].astype(np.int64)
    flow = flow_by_ortools(
        Arcs(row, column, merit, 1, problem.demand, problem.min_load, problem.max_load)
    )
    assert flow is not None
    return int((flow * merit).sum())


def measure(n: int) -> dict[str, object]:
    problem = synthetic(n)
    network = without_fixed(problem)
    found: dict[str, object] = {"size": n}
    engines = ["scipy", *(["ortools"] if has_ortools() else [])]
    ours: dict[str, float] = {}
    total = 0
    for engine in engines:
        optimum, ours[engine] = timed(lambda engine=engine: solve(network, engine=engine))  # type: ignore[misc]
        assert optimum is not None
        total = optimum.total
        found[f"gap with {engine}"] = optimum.bound - optimum.total
    fair, seconds = timed(lambda: assign(problem, objective="maxmin"))
    found["worst"], found["bound of the worst"] = fair.worst, fair.bound_worst
    found["max-min / total, time"] = round(seconds / min(ours.values()), 2)
    if n <= MILP_UP_TO:
        plain, seconds = timed(lambda: milp_on_all_pairs(problem))
        assert plain == total
        for engine in engines:
            found[f"times faster than milp, {engine}"] = round(seconds / ours[engine], 1)
    if has_ortools():
        plain, seconds = timed(lambda: ortools_on_all_pairs(problem))
        assert plain == total
        for engine in engines:
            found[f"times faster than all-pairs flow, {engine}"] = round(seconds / ours[engine], 1)
    return found


def measure_large(n: int) -> dict[str, object]:
    problem = synthetic(n)
    optimum = solve(without_fixed(problem))
    assert optimum is not None
    gap = optimum.bound - optimum.total
    found = assign(problem, objective="maxmin")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {
        "size": n,
        "gap": gap,
        "given up for the worst-served": round(1 - found.total / found.bound_total, 8),
        "worst": found.worst,
        "bound of the worst": found.bound_worst,
        "peak memory, GB": round(peak, 2),
    }


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[300, 1_000, 3_000])
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args(argv)
    rows = [measure_large(10_000)] if arguments.large else [measure(n) for n in arguments.sizes]
    for row in rows:
        print("\n".join(f"{name:45} {value}" for name, value in row.items()), end="\n\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
