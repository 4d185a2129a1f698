"""Who may review what, how often, and how well they suit: one assignment problem as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scoring.errors import InputError

MICRO = 1_000_000  # merits are stored as whole millionths

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Merit = NDArray[np.int32] | NDArray[np.int64]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """How many of a proposal's reviewers must, or may, belong to a group.

    `members` is a mask over reviewers; "at least one patient reviewer" has at_least=1, "at most
    two of one institution" at_most=2. It binds every proposal with a demand.
    """

    name: str
    members: Mask
    at_least: int = 0
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """n proposals × m reviewers.

    `merit` (n, m) is in whole millionths, rounded once; `allowed` (n, m) is False where there is a
    conflict; `demand` (n) reviews per proposal; min_load <= reviews of a reviewer <= max_load (m).
    `fixed` seats are kept as they are and count towards demand, loads and rules.
    """

    proposals: tuple[str, ...]
    reviewers: tuple[str, ...]
    merit: Merit
    allowed: Mask
    demand: Ints
    min_load: Ints
    max_load: Ints
    rules: tuple[Rule, ...] = ()
    fixed: tuple[Pair, ...] = field(default=())

    def __post_init__(self) -> None:
        shape = (len(self.proposals), len(self.reviewers))
        if self.merit.shape != shape or self.allowed.shape != shape:
            raise InputError(
                f"the affinity matrix is {self.merit.shape[0]} × {self.merit.shape[1]}, but there "
                f"are {shape[0]} proposals and {shape[1]} reviewers; give one row per proposal "
                "and one column per reviewer"
            )
        _refuse_bad_limits(self)
        _refuse_bad_seats(self)
        _refuse_no_capacity(self)


def whole_merit(merit: NDArray[np.float64]) -> Merit:
    """Round affinities once to whole millionths; NaN and infinity are refused by place."""
    if not np.isfinite(merit).all():
        row, column = np.argwhere(~np.isfinite(merit))[0]
        raise InputError(
            f"the affinity of proposal {row + 1} and reviewer {column + 1} is "
            f"{merit[row, column]}; give a number, or declare a conflict"
        )
    whole = np.rint(merit * MICRO)
    if whole.size and np.abs(whole).max() >= 2**53:
        raise InputError("an affinity is above 9 thousand millions; scale the affinities down")
    small = not whole.size or np.abs(whole).max() < 2**30
    return whole.astype(np.int32) if small else whole.astype(np.int64)


def _refuse_bad_limits(problem: Problem) -> None:
    for what, names, values in (
        ("demand", problem.proposals, problem.demand),
        ("min_load", problem.reviewers, problem.min_load),
        ("max_load", problem.reviewers, problem.max_load),
    ):
        if len(values) != len(names):
            raise InputError(f"{len(values)} values of {what} for {len(names)}; give one each")
        for name, value in zip(names, values.tolist(), strict=True):
            if value < 0:
                raise InputError(f"{what} of {name} is {value}; give 0 or more")
    wrong = np.flatnonzero(problem.min_load > problem.max_load)
    if wrong.size:
        j = wrong[0]
        raise InputError(
            f"{problem.reviewers[j]}: min_load {problem.min_load[j]} is above max_load "
            f"{problem.max_load[j]}; lower the first or raise the second"
        )


def _refuse_bad_seats(problem: Problem) -> None:
    seats: set[Pair] = set()
    for i, j in problem.fixed:
        pair = f"the fixed seat of {problem.reviewers[j]} on {problem.proposals[i]}"
        if not problem.allowed[i, j]:
            raise InputError(f"{pair} is a conflict; remove the seat or the conflict")
        if (i, j) in seats:
            raise InputError(f"{pair} stands twice; list it once")
        seats.add((i, j))
    for what, names, limit, side in (
        ("demand", problem.proposals, problem.demand, 0),
        ("max_load", problem.reviewers, problem.max_load, 1),
    ):
        held = np.bincount([pair[side] for pair in problem.fixed], minlength=len(names))
        over = np.flatnonzero(held > limit)
        if over.size:
            raise InputError(
                f"{names[over[0]]} has {held[over[0]]} fixed seats, more than its {what} "
                f"{limit[over[0]]}; remove a seat or raise the {what}"
            )


def _refuse_no_capacity(problem: Problem) -> None:
    wanted, places = int(problem.demand.sum()), int(problem.max_load.sum())
    if wanted > places:
        raise InputError(
            f"no capacity: the proposals need {wanted} reviews (demand), the reviewers take "
            f"{places} at most (max_load); raise loads, add reviewers or ask for fewer reviews"
        )
    least = int(problem.min_load.sum())
    if least > wanted:
        raise InputError(
            f"the reviewers must take {least} reviews at least (min_load), but the proposals need "
            f"{wanted} (demand); lower min_load"
        )


def places_of(ids: Sequence[str], what: str) -> dict[str, int]:
    """Return {id: index}; an id that stands twice is refused."""
    places: dict[str, int] = {}
    for row, name in enumerate(ids):
        if name in places:
            raise InputError(f"{what} {name} stands twice (entry {row + 1}); ids are unique")
        places[name] = row
    return places
