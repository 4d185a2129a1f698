"""Allocation: optimum and all exact margins beside greedy and one plain `milp` per proposal.

    python -m bench.scoring_allocation [--json FILE]

- 353 synthetic proposals: optimum, all margins; a sample of margins by plain `milp` for the ratio.
- The same under 8 rules: all margins, and in rank order where each decision turns.
- 2,000 proposals, 20 contributions (half of them earmarked) and 10 constraints: one optimum.
- 1,000 of these: the order of rank and the price of every rule in it, the price of every rule
  of the optimum, and a sample of the exact margins.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from scoring.allocation.optimum import margins, optimise, prices
from scoring.allocation.places.ruled import turns_under_rules
from scoring.allocation.programme import Candidate, Constraint, Objective, Programme
from scoring.allocation.solver import Model
from scoring.allocation.sources import Contribution
from scoring.allocation.turned import Turned

SAMPLE = 12
EVERY = 25  # margins of which one is found
EARLY = 0.3  # share of early-career applicants
MARGINS_WITHIN, OPTIMUM_WITHIN = 10, 5  # seconds of one processor

Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def candidates(n: int, seed: int) -> tuple[Candidate, ...]:
    random = np.random.default_rng(seed)
    costs = np.rint(np.exp(random.normal(6.1, 0.45, n))).astype(int)
    kinds = random.integers(0, 4, n)
    return tuple(
        Candidate(
            f"p{row:04}",
            int(cost),
            round(1000 * (n - row) / n),
            attributes={"area": str(kind), "early": str(int(random.random() < EARLY))},
        )
        for row, (cost, kind) in enumerate(zip(costs, kinds, strict=True))
    )


def plain_margin(programme: Programme, row: int, *, funded: bool) -> int:
    """Solve the knapsack once more with one decision turned, the plain way."""
    worth = np.array([one.merit for one in programme.candidates], dtype=float)
    cost = np.array([one.ask_minor for one in programme.candidates], dtype=float)
    low, high = np.zeros(len(worth)), np.ones(len(worth))
    low[row] = high[row] = float(not funded)
    found = milp(
        -worth,
        constraints=LinearConstraint(cost[None, :], 0, programme.budget_minor),
        bounds=Bounds(low, high),
        integrality=np.ones(len(worth)),
        options={"mip_rel_gap": 0},
    )
    return round(float(-found.fun))


def greedy(programme: Programme) -> int:
    left, value = programme.budget_minor, 0
    for one in sorted(programme.candidates, key=lambda each: -each.merit / each.ask_minor):
        if one.ask_minor <= left:
            left, value = left - one.ask_minor, value + one.merit
    return value


def knapsack() -> dict[str, object]:
    many = candidates(353, 1)
    budget = sum(one.ask_minor for one in many) * 3 // 10
    programme = Programme(many, budget, Objective.MERIT)
    best = optimise(programme)
    found, seconds = timed(lambda: margins(programme))
    rows = range(0, 353, 353 // SAMPLE)
    values, plain = timed(
        lambda: [plain_margin(programme, row, funded=found[row].funded) for row in rows]
    )
    assert [best.value - (found[row].points or 0) for row in rows] == values
    return {
        "value / greedy by merit per cost": round(best.value / greedy(programme), 5),
        "353 margins: times faster than a milp each": round(plain / len(rows) * 353 / seconds, 1),
        "353 margins within 10 s": seconds < MARGINS_WITHIN,
    }


def ruled() -> dict[str, object]:
    many = candidates(353, 1)
    budget = sum(one.ask_minor for one in many) * 3 // 10
    constraints = (
        *(Constraint("area", str(area), min_count=28, max_count=34) for area in range(4)),
        *(Constraint("area", str(area), max_share=Fraction(9, 25)) for area in range(3)),
        Constraint("early", "1", min_share=Fraction(2, 5)),
    )
    programme = Programme(many, budget, Objective.MERIT, constraints=constraints)
    found, seconds = timed(lambda: margins(programme))
    turned, turning = timed(lambda: turns_under_rules(replace(programme, objective=Objective.RANK)))
    return {
        "353 under 8 rules in rank order: turn at some place": sum(
            one.turns_at is not None for one in turned
        ),
        "the same, s": round(turning, 1),
        "353 margins under 8 rules: decided by the score": sum(
            one.points is not None for one in found
        ),
        "353 margins under 8 rules within 10 s": seconds < MARGINS_WITHIN,
    }


def large(n: int, objective: Objective = Objective.MERIT) -> Programme:
    many = candidates(n, 2)
    budget = sum(one.ask_minor for one in many) * 3 // 10
    pots = tuple(
        Contribution(f"f{row:02}", budget // 20, {"area": str(row % 4)} if row % 2 else {})
        for row in range(20)
    )
    constraints = (
        *(Constraint("area", str(area), min_count=n // 20) for area in range(4)),
        *(Constraint("area", str(area), max_share=Fraction(2, 5)) for area in range(4)),
        Constraint("early", "1", min_share=Fraction(1, 3)),
        Constraint("early", "1", max_share=Fraction(2, 3)),
    )
    return Programme(many, budget // 20 * 20, objective, pots, constraints=constraints)


def many_rules() -> dict[str, object]:
    best, seconds = timed(lambda: optimise(large(2_000)))
    found: dict[str, object] = {
        "2,000 proposals, 20 contributions, 10 constraints: awards": len(best.funded),
        "optimum, s": round(seconds, 1),
        "optimum within 5 s": seconds < OPTIMUM_WITHIN,
    }
    _, seconds = timed(lambda: optimise(large(1_000, Objective.RANK)))
    found["1,000 of these: rank order, s"] = round(seconds, 1)
    _, seconds = timed(lambda: turns_under_rules(large(1_000, Objective.RANK)))
    found["1,000 of these: where in rank order each turns, s"] = round(seconds, 1)
    _, seconds = timed(lambda: prices(large(1_000, Objective.RANK)))
    found["1,000 of these: rank order and every price, s"] = round(seconds, 1)
    _, seconds = timed(lambda: prices(large(1_000)))
    found["1,000 of these: every price, s"] = round(seconds, 1)
    model = Model(large(1_000))
    standing = model.solve()
    assert standing is not None
    turned = Turned(model, standing)
    rows = range(0, 1_000, EVERY)
    _, seconds = timed(lambda: [turned.one(row) for row in rows])
    found["1,000 of these: a margin, s"] = round(seconds / len(rows), 3)
    return found


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args(argv)
    found = {**knapsack(), **ruled(), **many_rules()}
    for name, value in found.items():
        print(f"{name:60} {value}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
