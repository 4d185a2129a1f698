"""Assignment: ours beside plain formulations that anyone can install, in one run; ratios count.

    python -m bench.scoring_assignment [--json FILE] [--sizes 300 1000 3000] [--real] [--large]

- n × n proposals and reviewers, 3 reviews each, loads up to 4, one pair in ten a conflict.
- scipy `milp` over all pairs (up to 1,000), and OR-tools' flow over all pairs where installed.
- `--real`: MIDL 2018, a computer science conference and AAMAS 2015 as far as they are at hand.
- `--large`: 10,000 × 10,000 with its peak memory.
"""

import argparse
import csv
import json
import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from scoring.assignment.assign import assign, without_fixed
from scoring.assignment.engines import Arcs, flow_by_ortools, has_ortools
from scoring.assignment.network import solve
from scoring.assignment.problem import Problem, whole_merit

MILP_UP_TO = 1_000
CONFLICTS = 0.1  # share of pairs

HERE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("EQUIPOISE_REAL_DATA", HERE.parent / "shared" / "data"))
Floats = NDArray[np.float64]
Row = dict[str, object]
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


def real_problem(name: str, merit: Floats, allowed: NDArray[np.bool_], low: int, high: int) -> Row:
    """Return total, worst and both bounds of a real instance with three reviews each."""
    n, m = merit.shape
    problem = Problem(
        tuple(f"p{i:05}" for i in range(n)),
        tuple(f"r{j:05}" for j in range(m)),
        whole_merit(merit),
        allowed,
        np.full(n, 3),
        np.full(m, low),
        np.full(m, high),
    )
    plain, plain_time = timed(lambda: milp_on_all_pairs(problem))
    best, best_time = timed(lambda: assign(problem))
    fair, fair_time = timed(lambda: assign(problem, objective="maxmin"))
    assert best.total == plain
    return {
        "instance": f"{name}, {n} x {m}, loads {low} to {high}",
        "total": best.total / 1e6,
        "gap": best.bound_total - best.total,
        "worst by total / by max-min / bound": [
            value / 1e6 for value in (best.worst, fair.worst, fair.bound_worst)
        ],
        "total given up for the worst": round(1 - fair.total / best.total, 6),
        "times faster than milp, total / max-min": [
            round(plain_time / best_time, 1),
            round(plain_time / fair_time, 1),
        ],
    }


def bids(name: str, worth: dict[str, float], unsaid: float) -> Floats:
    """Return the merit of every pair, proposals by reviewers; no answer counts as `unsaid`."""
    with DATA.joinpath("assignment", name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    papers = sorted({row["paper_id"] for row in rows})
    people = sorted({row["reviewer_id"] for row in rows})
    merit = np.full((len(papers), len(people)), unsaid)
    for row in rows:
        merit[papers.index(row["paper_id"]), people.index(row["reviewer_id"])] = worth[row["bid"]]
    return merit


def real() -> Iterator[Row]:
    with DATA.joinpath("assignment", "affinity_midl2018.csv").open(encoding="utf-8") as file:
        midl = np.array([[float(cell) for cell in line[1:]] for line in list(csv.reader(file))[1:]])
    for low in (0, 1, 2):
        yield real_problem("MIDL 2018", midl.T, np.ones(midl.T.shape, dtype=np.bool_), low, 4)
    with DATA.joinpath("scoring_tests", "preflib1_affinity.csv").open(encoding="utf-8") as file:
        first = np.array([[float(cell) for cell in line] for line in csv.reader(file)])
    yield real_problem("PrefLib 1", first, first > 0, 0, 6)
    aamas = bids("bids_aamas2015.csv", {"yes": 1.0, "maybe": 0.5, "no": 0.0}, 0.25)
    yield real_problem("AAMAS 2015, part", aamas, aamas > 0, 0, 12)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[300, 1_000, 3_000])
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args(argv)
    if arguments.large:
        rows = [measure_large(10_000)]
    elif arguments.real:
        rows = list(real())
    else:
        rows = [measure(n) for n in arguments.sizes]
    for row in rows:
        print("\n".join(f"{name:45} {value}" for name, value in row.items()), end="\n\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
