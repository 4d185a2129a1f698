"""OR-tools, where it is installed, finds the same optimum as scipy."""

import importlib.util

import numpy as np
import pytest

from scoring.assignment.assign import assign, without_fixed
from scoring.assignment.engines import has_ortools
from scoring.assignment.network import solve
from scoring.assignment.problem import Problem, whole_merit

INSTALLED = importlib.util.find_spec("ortools") is not None


def call(seed: int) -> Problem:
    random = np.random.default_rng(seed)
    return Problem(
        proposals=tuple(f"p{row}" for row in range(30)),
        reviewers=tuple(f"r{row}" for row in range(20)),
        merit=whole_merit(random.random((30, 20)).round(seed % 3 + 1)),
        allowed=random.random((30, 20)) > 0.2,
        demand=np.full(30, 2),
        min_load=np.full(20, 1 + seed % 2),
        max_load=np.full(20, 4),
    )


def test_the_engine_is_known_to_be_there_or_not() -> None:
    assert has_ortools() == INSTALLED


@pytest.mark.skipif(not INSTALLED, reason="OR-tools is not installed; scipy alone does the work")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ortools_and_scipy_find_the_same_optimum_and_the_same_assignment(seed: int) -> None:
    problem = call(seed)
    found = [solve(without_fixed(problem), engine=engine) for engine in ("scipy", "ortools")]
    assert all(one is not None and one.total == one.bound for one in found)
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].total == found[1].total
    seats = [assign(problem, seed="s", engine=engine).pairs for engine in ("scipy", "ortools")]
    assert seats[0] == seats[1]
