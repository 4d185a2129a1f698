"""What is kept of a solution: who sits where and why, what is missing, and who else might."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from app.reviewers.assigning.solving.mixing import mixes
from app.reviewers.assigning.solving.problem import demand_of, held_elsewhere, most_loads
from scoring.affinity import Affinity
from scoring.affinity import Parts as PartsOfPair
from scoring.assignment import MICRO, Assignment, Problem
from scoring.assignment.problem import Mask


@dataclass(frozen=True, slots=True)
class Found:
    """The problem as it could be solved, with the empty seats that were needed for that."""

    problem: Problem
    answer: Assignment
    empty: tuple[Pair, ...] = ()
    why: tuple[str, ...] = ()


def sheet_of(inputs: Inputs, suited: Affinity, permitted: Mask, found: Found) -> Sheet:
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
        elsewhere=tuple(held_elsewhere(inputs).tolist()),
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


def _figures(inputs: Inputs, found: Found) -> dict[str, object]:
    answer = found.answer
    return {
        "total": answer.total,
        "bound_total": answer.bound_total,
        "worst": answer.worst,
        "bound_worst": answer.bound_worst,
        "unique": answer.unique,
        "needed": int(demand_of(inputs).sum()),
        "places": int(most_loads(inputs).sum()),
        "patient": inputs.wishes.patient,
        "cap": inputs.wishes.cap,
        "genders": any(one.gender for one in inputs.people),  # were asked for, and enough told
    }


def _unmet(inputs: Inputs, found: Found, pairs: Sequence[Pair]) -> tuple[Unmet, ...]:
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
