"""PROBLEM.json of an assignment in, the published assignment with its proof out."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from scoring.assignment.assign import (
    Assignment,
    InfeasibleError,
    Objective,
    assign,
    worst_of,
)
from scoring.assignment.chance import assign_by_chance, cap_of
from scoring.assignment.deficient import Shortage, proposals_short, reviewers_short
from scoring.assignment.problem import MICRO, Mask, Pair, Problem, Rule, places_of, whole_merit
from scoring.assignment.worst_bound import worst_bound
from scoring.errors import InputError
from scoring.fields import Fields, exact, texts
from scoring.publishing import published
from scoring.reading import told

_TRIPLE = 3


@dataclass(frozen=True, slots=True)
class Request:
    """A problem, what is to be optimised, and how ties and chance are settled."""

    problem: Problem
    objective: Objective
    cap: Fraction | None
    seed: str
    previous: tuple[Pair, ...]


def request_from(content: object, folder: Path) -> Request:
    """Read PROBLEM.json; a path of a CSV matrix is taken from `folder`.

    Beyond the contract: `require` items may have "at_most"; `previous` [[proposal, reviewer]] are
    seats to keep as far as possible. A pair without an affinity has affinity 0.
    """
    fields = Fields(content, "the problem file")
    proposals, reviewers = list(fields.objects("proposals")), list(fields.objects("reviewers"))
    rows = places_of([one.text("id") for one in proposals], "proposal")
    columns = places_of([one.text("id") for one in reviewers], "reviewer")
    most = [one.whole("max_load") for one in reviewers]
    merit = _affinity(fields, rows, columns, folder)
    allowed = np.ones(merit.shape, dtype=np.bool_)
    for pair in _pairs(fields, "conflicts", rows, columns):
        allowed[pair] = False
    problem = Problem(
        proposals=tuple(rows),
        reviewers=tuple(columns),
        merit=whole_merit(merit),
        allowed=allowed,
        demand=np.array([one.whole("demand") for one in proposals], dtype=np.int64),
        min_load=np.array([one.whole("min_load", 0) for one in reviewers], dtype=np.int64),
        max_load=np.array(most, dtype=np.int64),
        rules=tuple(_rules(fields, reviewers)),
        fixed=tuple(_pairs(fields, "fixed", rows, columns)),
    )
    seed = fields.content.get("seed")
    cap = cap_of(Fraction(fields.number("cap"))) if fields.has("cap") else None
    if cap is not None and (problem.rules or problem.fixed):
        raise InputError("a cap on probabilities cannot be combined with require or fixed seats")
    return Request(
        problem=problem,
        objective=cast("Objective", fields.choice("objective", ["total", "maxmin"], "total")),
        cap=cap,
        seed="" if seed is None else str(seed),
        previous=tuple(_pairs(fields, "previous", rows, columns)),
    )


def _affinity(
    fields: Fields, rows: Mapping[str, int], columns: Mapping[str, int], folder: Path
) -> NDArray[np.float64]:
    given = fields.need("affinity")
    if isinstance(given, str):
        return _matrix(folder / given, len(rows), len(columns))
    merit = np.zeros((len(rows), len(columns)))
    seen: set[Pair] = set()
    for number, item in enumerate(fields.items("affinity")):
        where = f"affinity[{number}]"
        if not isinstance(item, list) or len(item) != _TRIPLE:
            raise InputError(f"{where} is {told(item)}; write [proposal, reviewer, value]")
        pair = _pair(item[:2], where, rows, columns)
        if pair in seen:
            raise InputError(f"{where}: {item[0]} and {item[1]} stand twice; give one value")
        seen.add(pair)
        merit[pair] = float(exact(item[2], where))
    return merit


def _matrix(file: Path, height: int, width: int) -> NDArray[np.float64]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            table = [row for row in csv.reader(stream) if row]
    except OSError as error:
        raise InputError(
            f"The affinity matrix cannot be read: {error.strerror}.", source=str(file)
        ) from error
    except (ValueError, csv.Error) as error:
        raise InputError(
            "The affinity matrix is not CSV in UTF-8; save it so.", source=str(file)
        ) from error
    if len(table) != height or any(len(row) != width for row in table):
        raise InputError(
            f"The matrix must have {height} rows of {width} numbers, one row per proposal.",
            source=str(file),
        )
    for number, row in enumerate(table, start=1):
        for place, cell in enumerate(row, start=1):
            try:
                value = float(cell)
            except ValueError:
                value = float("nan")
            if not np.isfinite(value):
                raise InputError(
                    f"{cell!r} is not a number.", source=str(file), row=number, column=str(place)
                )
    return np.array(table, dtype=np.float64)


def _pair(item: object, where: str, rows: Mapping[str, int], columns: Mapping[str, int]) -> Pair:
    proposal, reviewer = texts(item, 2, where)
    if proposal not in rows:
        raise InputError(f"{where}: {proposal} is not a proposal of this problem; correct the id")
    if reviewer not in columns:
        raise InputError(f"{where}: {reviewer} is not a reviewer of this problem; correct the id")
    return rows[proposal], columns[reviewer]


def _pairs(
    fields: Fields, name: str, rows: Mapping[str, int], columns: Mapping[str, int]
) -> list[Pair]:
    listed = fields.items(name, optional=True)
    return [_pair(item, f"{name}[{number}]", rows, columns) for number, item in enumerate(listed)]


def _rules(fields: Fields, reviewers: Sequence[Fields]) -> list[Rule]:
    tags = [
        texts(one.content.get("tags") or [], None, f"“tags” in {one.where}") for one in reviewers
    ]
    rules = []
    for one in fields.objects("require", optional=True):
        tag = one.text("tag")
        members: Mask = np.array([tag in mine for mine in tags], dtype=np.bool_)
        at_most = one.whole("at_most") if one.has("at_most") else None
        rules.append(Rule(f"“{tag}”", members, one.whole("at_least", 0), at_most))
    return rules


def answer(request: Request) -> dict[str, object]:
    """Return the assignment as it is published; unmet demands with their reason where there are."""
    problem, unmet = met_as_far_as_possible(request.problem)
    if request.cap is not None:
        return _by_chance(problem, request, unmet)
    found = assign(
        problem, objective=request.objective, seed=request.seed, previous=request.previous
    )
    names = problem.proposals, problem.reviewers
    return {
        "assignments": [[names[0][i], names[1][j]] for i, j in found.pairs],
        "total": _points(found.total),
        "worst": _points(found.worst),
        "bound_total": _points(found.bound_total),
        "bound_worst": _points(found.bound_worst),
        "optimal": found.total == found.bound_total,
        "unique": found.unique,
        "prices": _prices(problem, found),
        "why": [_why(problem, found, pair) for pair in found.pairs],
        "unmet": unmet,
    }


def met_as_far_as_possible(problem: Problem) -> tuple[Problem, list[dict[str, object]]]:
    """Lower the demands that cannot be met; say whose, by how much and why.

    Only without fixed seats and rules, where the most that can be met is a maximum flow.
    """
    if problem.fixed or problem.rules:
        return problem, []
    unmet: list[dict[str, object]] = []
    short = proposals_short(problem)
    if short is not None:
        unmet += _missing(short, problem.proposals, problem.demand.tolist(), "proposal")
        # with proposals short of reviewers, no reviewer is kept below a minimum for nothing
        problem = replace(problem, demand=short[0].given, min_load=np.zeros_like(problem.min_load))
    idle = reviewers_short(problem)
    if idle is not None:
        unmet += _missing(idle, problem.reviewers, problem.min_load.tolist(), "reviewer")
        problem = replace(problem, min_load=idle[0].given)
    return problem, unmet


def _missing(
    finding: tuple[Shortage, str], names: Sequence[str], needs: Sequence[int], side: str
) -> list[dict[str, object]]:
    short, reason = finding
    return [
        {side: name, "missing": need - int(given), "reason": reason}
        for name, need, given in zip(names, needs, short.given, strict=True)
        if given < need
    ]


def _by_chance(
    problem: Problem, request: Request, unmet: list[dict[str, object]]
) -> dict[str, object]:
    assert request.cap is not None
    found = assign_by_chance(problem, request.cap, request.seed)
    if found is None:
        raise InfeasibleError(
            f"the demands cannot be met with no pair likelier than {float(request.cap):g}; "
            "raise the cap, or the loads"
        )
    names = problem.proposals, problem.reviewers
    worst = worst_of(problem, found.pairs)
    return {
        "assignments": [[names[0][i], names[1][j]] for i, j in found.pairs],
        "total": _points(sum(int(problem.merit[pair]) for pair in found.pairs)),
        "expected_total": _points(found.expected),
        "worst": _points(worst),
        "bound_total": _points(found.bound),
        "bound_worst": _points(worst_bound(problem, worst)),
        "probabilities": [
            [names[0][i], names[1][j], f"{p.numerator}/{p.denominator}"]
            for (i, j), p in sorted(found.probabilities.items())
        ],
        "prices": _priced(problem, found.optimum.a.tolist(), found.optimum.b.tolist()),
        "unmet": unmet,
    }


def _points(millionths: int | Fraction) -> float:
    return published(Fraction(millionths) / MICRO, 6)


def _prices(problem: Problem, found: Assignment) -> dict[str, object]:
    priced = _priced(problem, found.proposal_prices.tolist(), found.reviewer_prices.tolist())
    if found.rule_prices is not None:
        for place, rule in enumerate(problem.rules):
            column = found.rule_prices[:, place].tolist()
            priced[f"rule {rule.name}"] = _named(problem.proposals, column)
    return priced


def _priced(problem: Problem, a: list[int], b: list[int]) -> dict[str, object]:
    return {"proposals": _named(problem.proposals, a), "reviewers": _named(problem.reviewers, b)}


def _named(names: Sequence[str], prices: Sequence[int]) -> dict[str, float]:
    return {name: _points(price) for name, price in zip(names, prices, strict=True)}


def _why(problem: Problem, found: Assignment, pair: Pair) -> dict[str, object]:
    """Say how good a seat is for its proposal: the affinity and its place among the permitted."""
    i, j = pair
    better = int((problem.merit[i][problem.allowed[i]] > problem.merit[i, j]).sum())
    return {
        "proposal": problem.proposals[i],
        "reviewer": problem.reviewers[j],
        "affinity": _points(int(problem.merit[i, j])),
        "choice": better + 1,
        "of": int(problem.allowed[i].sum()),
        "fixed": pair in problem.fixed,
        "surplus": _points(
            int(problem.merit[i, j]) - int(found.proposal_prices[i]) - int(found.reviewer_prices[j])
        ),
    }
