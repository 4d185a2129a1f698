"""Mixes that are asked for: no country, organisation or gender fills a proposal alone."""

from collections.abc import Sequence
from dataclasses import replace

import scoring  # noqa: F401  (first, so that numpy adds up in one thread)

# isort: split
import numpy as np

from app.reviewers.assigning.inputs import Inputs, Pair
from scoring.assignment import Assignment, Problem, Rule, assign


def mixed(inputs: Inputs, problem: Problem, seed: str) -> tuple[Assignment, Problem]:
    """Solve, and add a cap for each country or organisation that fills a proposal alone.

    Caps that nothing breaks change nothing, so adding only the broken ones gives the same best
    as adding all of them.
    """
    groups = mixes(inputs)
    known: set[tuple[str, int]] = set()
    while True:
        answer = assign(problem, objective="maxmin", seed=seed)
        broken = _broken(inputs, groups, answer.pairs, known)
        if not broken:
            return answer, problem
        known |= broken
        problem = replace(
            problem,
            rules=(
                *problem.rules,
                *(_cap(inputs, groups, *one, problem) for one in sorted(broken)),
            ),
        )


def mixes(inputs: Inputs) -> dict[str, tuple[int, ...]]:
    """Return for each mix asked for a number per person; 0 is not known and breaks nothing."""
    asked = {
        "country": (inputs.wishes.countries, [one.country for one in inputs.people]),
        "organisation": (inputs.wishes.organisations, [one.organisation for one in inputs.people]),
        "gender": (inputs.wishes.genders, [one.gender for one in inputs.people]),
    }
    found = {}
    for name, (wanted, values) in asked.items():
        if wanted:
            place = {value: n for n, value in enumerate(sorted(set(values) - {""}), 1)}
            found[name] = tuple(place.get(value, 0) for value in values)
    return found


def most_alike(inputs: Inputs) -> int:
    return inputs.wishes.each - 1


def _broken(
    inputs: Inputs,
    groups: dict[str, tuple[int, ...]],
    pairs: Sequence[Pair],
    known: set[tuple[str, int]],
) -> set[tuple[str, int]]:
    if most_alike(inputs) < 1:
        return set()
    fixed = set(inputs.fixed)
    broken = set()
    for name, numbers in groups.items():
        counts: dict[tuple[int, int], int] = {}
        kept: dict[tuple[int, int], int] = {}
        for i, j in pairs:
            if j < len(numbers) and numbers[j]:
                counts[i, numbers[j]] = counts.get((i, numbers[j]), 0) + 1
                kept[i, numbers[j]] = kept.get((i, numbers[j]), 0) + ((i, j) in fixed)
        broken |= {
            (name, number)
            for (i, number), count in counts.items()
            if count > max(most_alike(inputs), kept[i, number])
        }
    return broken - known


def _cap(
    inputs: Inputs,
    groups: dict[str, tuple[int, ...]],
    name: str,
    number: int,
    problem: Problem,
) -> Rule:
    """Return the cap; seats that stay may already be more, and then nothing is added to them."""
    members = np.zeros(len(problem.reviewers), dtype=np.bool_)
    members[: len(inputs.people)] = np.array(groups[name]) == number
    kept: dict[int, int] = {}
    for i, j in problem.fixed:
        kept[i] = kept.get(i, 0) + int(members[j])
    most = max(most_alike(inputs), *kept.values()) if kept else most_alike(inputs)
    return Rule(f"one {name} on a proposal", members, at_most=most)


def with_every_cap(inputs: Inputs, problem: Problem) -> Problem:
    """Add the caps of all groups that could fill a proposal, so that seats stay empty for them."""
    if most_alike(inputs) < 1:
        return problem
    groups = mixes(inputs)
    rules = [
        _cap(inputs, groups, name, number, problem)
        for name, numbers in groups.items()
        for number in sorted(set(numbers) - {0})
        if numbers.count(number) > most_alike(inputs)
    ]
    return replace(problem, rules=(*problem.rules, *rules))
