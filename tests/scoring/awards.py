"""Small allocations, and every set of awards tried: what the solver is held against."""

import itertools
from fractions import Fraction

from hypothesis import strategies as st

from scoring.allocation import Contribution
from scoring.allocation.programme import Candidate, Constraint, Objective, Programme
from scoring.errors import InputError

MERIT, MONEY = Objective.MERIT, Objective.MERIT_MONEY


def brute(programme: Programme) -> int | None:
    """Try every set."""
    best: int | None = None
    for levels in itertools.product(*([None, *one.levels()] for one in programme.candidates)):
        pairs = list(zip(programme.candidates, levels, strict=True))
        taken = {one.id: amount for one, amount in pairs if amount is not None}
        if allowed(programme, taken):
            value = sum(
                one.worth(taken[one.id], programme.objective)
                for one in programme.candidates
                if one.id in taken
            )
            best = value if best is None else max(best, value)
    return best


def allowed(programme: Programme, taken: dict[str, int]) -> bool:  # noqa: C901, PLR0911  (one line a rule)
    by_id = {one.id: one for one in programme.candidates}
    if sum(taken.values()) > programme.budget_minor:
        return False
    for rule in programme.constraints:
        members = [name for name in taken if rule.binds(by_id[name])]
        money = sum(taken[name] for name in members)
        least, most = rule.money(programme.budget_minor)
        if money < least or (most is not None and money > most):
            return False
        if len(members) < (rule.min_count or 0):
            return False
        if rule.max_count is not None and len(members) > rule.max_count:
            return False
    if any(sum(name in taken for name in group) > 1 for group in programme.exclusive):
        return False
    if any(first in taken and second not in taken for first, second in programme.requires):
        return False
    if any((name in taken) != funded for name, funded in programme.forced.items()):
        return False
    # Hall's condition: any set of awards fits into the pots that may pay one of them
    for size in range(1, len(taken) + 1):
        for group in itertools.combinations(taken, size):
            payers = [
                pot
                for pot in programme.contributions
                if any(pot.may_pay(by_id[name].attributes) for name in group)
            ]
            held = sum(pot.amount_minor for pot in payers)
            if programme.contributions and held < sum(taken[name] for name in group):
                return False
    return True


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    count = draw(st.integers(1, 5))
    candidates = []
    for row in range(count):
        ask = draw(st.integers(1, 9))
        least = draw(st.none() | st.integers(0, ask))
        kind = draw(st.sampled_from(["x", "y"]))
        merit = draw(st.integers(0, 9))
        candidates.append(Candidate(f"p{row}", ask, merit, least, {"k": kind}))
    pots: tuple[Contribution, ...] = ()
    budget = draw(st.integers(0, 25))
    if draw(st.booleans()):
        pots = (
            Contribution("f", draw(st.integers(0, 15)), {"k": "x"}),
            Contribution("g", draw(st.integers(0, 15))),
        )
        budget = sum(pot.amount_minor for pot in pots)
    constraint = draw(
        st.sampled_from(
            [
                Constraint("k", "x", max_count=1),
                Constraint("k", "x", max_share=Fraction(1, 2)),
                Constraint("k", "y", min_count=1, max_count=2),
                Constraint("k", "y", min_share=Fraction(1, 5)),
            ]
        )
    )
    names = [one.id for one in candidates]
    several = count > 1
    try:
        return Programme(
            tuple(candidates),
            budget,
            draw(st.sampled_from([MERIT, MONEY])),
            pots,
            constraints=(constraint,) if draw(st.booleans()) else (),
            exclusive=((names[0], names[-1]),) if several and draw(st.booleans()) else (),
            requires=((names[0], names[1]),) if several and draw(st.booleans()) else (),
            forced={names[-1]: draw(st.booleans())} if draw(st.booleans()) else {},
        )
    except InputError:
        return Programme(tuple(candidates), budget, MERIT)


def first_in_order(programme: Programme) -> list[tuple[str, int]] | None:
    """Try every set: the one that funds as early in the order as possible, ask before minimum."""
    order = sorted(
        ((one, amount) for one in programme.candidates for amount in one.levels()),
        key=lambda each: -each[0].merit,
    )
    best: tuple[list[bool], dict[str, int]] | None = None
    for levels in itertools.product(*([None, *one.levels()] for one in programme.candidates)):
        taken = {
            one.id: amount
            for one, amount in zip(programme.candidates, levels, strict=True)
            if amount is not None
        }
        if allowed(programme, taken):
            funded = [taken.get(one.id) == amount for one, amount in order]
            best = max(best, (funded, taken), key=lambda each: each[0]) if best else (funded, taken)
    return None if best is None else sorted(best[1].items())
