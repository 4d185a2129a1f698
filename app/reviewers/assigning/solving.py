"""From inputs to a plan: hard constraints first, then the worst-served proposal, then the total.

Uses numpy and scipy; imported by the job alone, so that processes that answer pages stay small.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import scoring  # noqa: F401  (first, so that numpy adds up in one thread)

# isort: split
import numpy as np

from app.reviewers.assigning.inputs import Inputs, Pair
from app.reviewers.assigning.sheets import (
    ALL_OPTIONS,
    BEST_OPTIONS,
    NOT_TOLD,
    Parts,
    Sheet,
    Unmet,
)
from scoring.affinity import Affinity, Bid, Told, affinity
from scoring.affinity import Parts as PartsOfPair
from scoring.assignment import MICRO, Assignment, Problem, Rule, assign
from scoring.assignment.problem import Ints, Mask
from scoring.assignment.ties import lots
from scoring.errors import InputError

_LOTS = 1 << 20
_REAL = 1_000  # what a person is worth while empty seats are counted
Said = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Found:
    """The problem as it could be solved, with the empty seats that were needed for that."""

    problem: Problem
    answer: Assignment
    empty: tuple[Pair, ...] = ()
    why: tuple[str, ...] = ()


def solve(inputs: Inputs, seed: str, said: Said = lambda _percent: None) -> Sheet:
    """Return the best plan that the hard constraints allow; seats nobody may take stay empty."""
    suited = affinity(
        [Told(one.texts, frozenset(one.codes)) for one in inputs.proposals],
        [Told(one.texts, frozenset(one.codes)) for one in inputs.people],
        [(i, j, Bid(bid)) for i, j, bid in inputs.bids],
        told=lambda percent: said(5 + percent // 3),
    )
    said(50)
    permitted = _permitted(inputs)
    allowed = permitted & _not_withheld(inputs, seed)
    found = _best(inputs, suited, allowed, seed, said)
    said(90)
    sheet = _sheet(inputs, suited, permitted, found)
    said(99)
    return sheet


def _permitted(inputs: Inputs) -> Mask:
    allowed = np.ones((len(inputs.proposals), len(inputs.people)), dtype=np.bool_)
    if inputs.ruled_out:
        rows, columns = np.array(sorted(inputs.ruled_out), dtype=np.int64).T
        allowed[rows, columns] = False
    return allowed


def _not_withheld(inputs: Inputs, seed: str) -> Mask:
    """Withhold each pair from this run with probability 1 - cap, each by a lot of its own.

    Whatever anybody writes, bids or arranges, a pair is then chosen with probability cap at most.
    Seats that are there already stay.
    """
    cap = Fraction(inputs.wishes.cap)
    shape = (len(inputs.proposals), len(inputs.people))
    if cap >= 1:
        return np.ones(shape, dtype=np.bool_)
    proposals = [one.id for one in inputs.proposals]
    people = [one.account_id for one in inputs.people]
    free = lots(f"{seed}|cap", proposals, people) < int(cap * _LOTS)
    for pair in inputs.fixed:
        free[pair] = True
    return free


def _best(inputs: Inputs, suited: Affinity, allowed: Mask, seed: str, said: Said) -> _Found:
    """Solve; where that is impossible, first without minimum loads, then with empty seats."""
    why: list[str] = []
    for least in sorted({0, inputs.wishes.least}, reverse=True):
        try:
            problem = _problem(inputs, suited, allowed, least)
            answer, problem = _mixed(inputs, problem, seed)
        except InputError as error:
            if error.sentence not in why:
                why.append(error.sentence)
        else:
            return _Found(problem, answer, why=tuple(why))
    said(70)
    problem, empty = _with_empty_seats(inputs, suited, allowed, seed)
    answer, problem = _mixed(inputs, problem, seed)
    return _Found(problem, answer, empty, tuple(why))


def _problem(inputs: Inputs, suited: Affinity, allowed: Mask, least: int) -> Problem:
    wanted = _demand(inputs)
    most = np.array([max(one.most, one.held) for one in inputs.people], dtype=np.int64)
    elsewhere = _elsewhere(inputs)
    most = most - elsewhere
    return Problem(
        proposals=tuple(one.number for one in inputs.proposals),
        reviewers=tuple(one.account_id for one in inputs.people),
        merit=suited.merit,
        allowed=allowed,
        demand=wanted,
        min_load=np.minimum(np.maximum(least - elsewhere, 0), most),
        max_load=most,
        rules=_patient_rule(inputs),
        fixed=inputs.fixed,
    )


def _demand(inputs: Inputs) -> Ints:
    """Return how many each proposal gets: one more where those who stay lack the patient."""
    there = np.zeros(len(inputs.proposals), dtype=np.int64)
    served = np.zeros(len(inputs.proposals), dtype=np.bool_)
    for i, j in inputs.fixed:
        there[i] += 1
        served[i] |= inputs.people[j].patient
    more = there + (~served if inputs.wishes.patient else 0)
    demand: Ints = np.maximum(more, inputs.wishes.each)
    return demand


def _elsewhere(inputs: Inputs) -> Ints:
    """Count the seats that people hold at proposals which are not in the plan."""
    here = np.bincount(
        np.array([j for _, j in inputs.fixed], dtype=np.int64), minlength=len(inputs.people)
    )
    held = np.array([one.held for one in inputs.people], dtype=np.int64)
    elsewhere: Ints = np.maximum(held - here, 0)
    return elsewhere


def _patient_rule(inputs: Inputs) -> tuple[Rule, ...]:
    if not inputs.wishes.patient:
        return ()
    members = np.array([one.patient for one in inputs.people], dtype=np.bool_)
    return (Rule("patient reviewers", members, at_least=1),)


# --- mixes ---------------------------------------------------------------------------------------


def _mixed(inputs: Inputs, problem: Problem, seed: str) -> tuple[Assignment, Problem]:
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


def _most_alike(inputs: Inputs) -> int:
    return inputs.wishes.each - 1


def _broken(
    inputs: Inputs,
    groups: dict[str, tuple[int, ...]],
    pairs: Sequence[Pair],
    known: set[tuple[str, int]],
) -> set[tuple[str, int]]:
    if _most_alike(inputs) < 1:
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
            if count > max(_most_alike(inputs), kept[i, number])
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
    most = max(_most_alike(inputs), *kept.values()) if kept else _most_alike(inputs)
    return Rule(f"one {name} on a proposal", members, at_most=most)


# --- empty seats ---------------------------------------------------------------------------------


def _with_empty_seats(
    inputs: Inputs, suited: Affinity, allowed: Mask, seed: str
) -> tuple[Problem, tuple[Pair, ...]]:
    """Fill as many seats as the constraints allow, and fix the others as empty ones.

    Empty seats are people who know nothing, of whom each proposal may have as many as it needs
    reviews; they count as patients. First the fewest of them are sought, spread evenly.
    """
    n, m = allowed.shape
    demand = _demand(inputs)
    depth = int(demand.max(initial=0))
    worth = np.concatenate(
        [np.full((n, m), _REAL), np.tile(depth - 1 - np.arange(depth), (n, 1))], axis=1
    )
    people = tuple(one.account_id for one in inputs.people)
    counting = Problem(
        proposals=tuple(one.number for one in inputs.proposals),
        reviewers=(*people, *(f"empty seat {k + 1}" for k in range(depth))),
        merit=worth.astype(np.int32),
        allowed=np.concatenate([allowed, np.ones((n, depth), dtype=np.bool_)], axis=1),
        demand=demand,
        min_load=np.zeros(m + depth, dtype=np.int64),
        max_load=np.concatenate([_problem_loads(inputs), np.full(depth, n)]),
        rules=tuple(
            replace(rule, members=np.concatenate([rule.members, np.ones(depth, dtype=np.bool_)]))
            for rule in _patient_rule(inputs)
        ),
        fixed=inputs.fixed,
    )
    counting = _with_every_cap(inputs, counting)
    fewest = assign(counting, seed=seed)
    empty = tuple(pair for pair in fewest.pairs if pair[1] >= m)
    chairs = np.zeros((n, depth), dtype=np.bool_)
    for i, j in empty:
        chairs[i, j - m] = True
    return (
        replace(
            counting,
            merit=np.concatenate([suited.merit, np.zeros((n, depth), dtype=np.int32)], axis=1),
            allowed=np.concatenate([allowed, chairs], axis=1),
            fixed=(*inputs.fixed, *empty),
        ),
        empty,
    )


def _problem_loads(inputs: Inputs) -> Ints:
    most = np.array([max(one.most, one.held) for one in inputs.people], dtype=np.int64)
    return most - _elsewhere(inputs)


def _with_every_cap(inputs: Inputs, problem: Problem) -> Problem:
    """Add the caps of all groups that could fill a proposal, so that seats stay empty for them."""
    if _most_alike(inputs) < 1:
        return problem
    groups = mixes(inputs)
    rules = [
        _cap(inputs, groups, name, number, problem)
        for name, numbers in groups.items()
        for number in sorted(set(numbers) - {0})
        if numbers.count(number) > _most_alike(inputs)
    ]
    return replace(problem, rules=(*problem.rules, *rules))


# --- what is kept --------------------------------------------------------------------------------


def _sheet(inputs: Inputs, suited: Affinity, permitted: Mask, found: _Found) -> Sheet:
    m = len(inputs.people)
    fixed = set(inputs.fixed)
    seats = tuple(pair for pair in found.answer.pairs if pair[1] < m and pair not in fixed)
    kept = tuple(sorted(fixed))
    pairs = [*seats, *kept]
    starts, columns, merits = _options(suited, permitted)
    return Sheet(
        proposals=tuple(one.id for one in inputs.proposals),
        numbers=tuple(one.number for one in inputs.proposals),
        people=tuple(one.account_id for one in inputs.people),
        most=tuple(max(one.most, one.held) for one in inputs.people),
        elsewhere=tuple(_elsewhere(inputs).tolist()),
        patients=tuple(one.patient for one in inputs.people),
        groups={name: group for name, group in mixes(inputs).items() if name != "gender"},
        seats=seats,
        fixed=kept,
        parts=dict(zip(pairs, map(_part, suited.parts(pairs)), strict=True)),
        merits_of_seats={pair: int(suited.merit[pair]) for pair in pairs},
        starts=starts,
        columns=columns,
        merits=merits,
        proposal_prices=found.answer.proposal_prices.tolist(),
        people_prices=found.answer.reviewer_prices[:m].tolist(),
        unmet=_unmet(inputs, found, [*seats, *kept]),
        why_unmet=found.why,
        unsupported=tuple(suited.unsupported),
        left_out=tuple(
            (j, one.left_out.value) for j, one in enumerate(inputs.people) if one.left_out
        ),
        figures=_figures(inputs, found),
    )


def _part(part: PartsOfPair) -> Parts:
    return Parts(
        words=round(part.words * MICRO),
        codes=None if part.codes is None else round(part.codes * MICRO),
        bid=round(part.bid * MICRO),
        unsupported=part.unsupported,
    )


def _figures(inputs: Inputs, found: _Found) -> dict[str, object]:
    answer = found.answer
    return {
        "total": answer.total,
        "bound_total": answer.bound_total,
        "worst": answer.worst,
        "bound_worst": answer.bound_worst,
        "unique": answer.unique,
        "needed": int(_demand(inputs).sum()),
        "places": int(_problem_loads(inputs).sum()),
        "patient": inputs.wishes.patient,
        "cap": inputs.wishes.cap,
        "genders": any(one.gender for one in inputs.people),  # were asked for, and enough told
    }


def _unmet(inputs: Inputs, found: _Found, pairs: Sequence[Pair]) -> tuple[Unmet, ...]:
    missing: dict[int, int] = {}
    for i, _ in found.empty:
        missing[i] = missing.get(i, 0) + 1
    served = {i for i, j in pairs if inputs.people[j].patient}
    return tuple(
        Unmet(i, count, patient=inputs.wishes.patient and i not in served)
        for i, count in sorted(missing.items())
    )


def _options(suited: Affinity, permitted: Mask) -> tuple[list[int], list[int], list[int]]:
    """Return who may sit where with which merit, the best first; all, or the best of each."""
    n, m = permitted.shape
    most = m if n * m <= ALL_OPTIONS else min(m, BEST_OPTIONS)
    starts, columns, merits = [0], list[int](), list[int]()
    for i in range(n):
        row = np.where(permitted[i], suited.merit[i], NOT_TOLD)
        if most < m:
            near = np.argpartition(-row, most - 1)[:most]
            order = near[np.lexsort((near, -row[near]))]
        else:
            order = np.argsort(-row, kind="stable")
        order = order[row[order] >= 0]
        columns += order.tolist()
        merits += row[order].tolist()
        starts.append(len(columns))
    return starts, columns, merits
