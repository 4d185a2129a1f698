"""A call's whole rule: an order of proposals in, who is funded with what and why out.

Without quotas money goes down the ranking (`allocate_by_rank`); with quotas, or where the sum of
merit is to be the highest, the integer programme decides. Page, report and replay call this.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from scoring.allocation.entry import (
    Allocation,
    Decision,
    Entry,
    Line,
    Reason,
    Threshold,
    refused_because,
)
from scoring.allocation.programme import Candidate, Constraint, Objective, Programme
from scoring.allocation.rank import allocate_by_rank
from scoring.allocation.sources import Award, Contribution, Pots
from scoring.errors import InputError

POINTS = 10_000
"""Merit from the worst total (0) to the best (10,000), in whole points."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a call publishes of how its money is given.

    `seed` settles equal optima by lots; it is known before any grade is (the id of the call).
    """

    budget_minor: int
    objective: Objective = Objective.RANK
    when_unaffordable: str = "stop"
    reserve: int = 0
    threshold: Threshold | None = None
    contributions: tuple[Contribution, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    requires: tuple[tuple[str, str], ...] = ()
    seed: str = ""

    @property
    def is_plain(self) -> bool:
        """Say whether the ranking alone decides, without quotas and without a solver."""
        ruled = self.constraints or self.exclusive or self.requires
        return self.objective is Objective.RANK and not ruled


@dataclass(frozen=True, slots=True)
class Price:
    """What one rule costs: the merit that the best choice would gain without it, and who moves."""

    name: str
    points: int
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


def merit_points(total: Fraction, best: Fraction, worst: Fraction) -> int:
    """Return a total as whole points, 0 at the worst grade and 10,000 at the best; half to even."""
    return round(POINTS * (total - worst) / (best - worst))


def rank_points(expected_rank: Fraction, count: int) -> int:
    """Return an expected rank of `count` as whole points, 10,000 for the first; half to even."""
    return round(POINTS * (count + 1 - expected_rank) / count)


def least_of(ask_minor: int, percent: int) -> int | None:
    """Return the least amount of a partial award, rounded up; None where all is all or nothing."""
    return None if percent >= 100 else ceil(Fraction(ask_minor * percent, 100))  # noqa: PLR2004


def decide(entries: Sequence[Entry], merits: Mapping[str, int], rule: Rule) -> Allocation:
    """Return every decision in the order of `entries` (best first, ties resolved).

    `merits` are whole points by id. Raises InputError, and ImpossibleError where the rules cannot
    hold together.
    """
    if rule.is_plain:
        return allocate_by_rank(
            entries,
            rule.budget_minor,
            when_unaffordable=rule.when_unaffordable,
            reserve=rule.reserve,
            threshold=rule.threshold,
            contributions=rule.contributions or None,
        )
    from scoring.allocation.optimum import optimise  # noqa: PLC0415 - numpy where it is needed

    found = optimise(programme_of(entries, merits, rule), seed=rule.seed)
    amounts = {one.id: one.amount_minor for one in found.funded}
    reasons = _reasons(entries, amounts, rule)
    waiting = [e.id for e in entries if reasons[e.id] in _WAITING][: rule.reserve]
    return Allocation(
        lines=tuple(_line(entry.id, amounts, waiting, reasons[entry.id]) for entry in entries),
        spent_minor=sum(amounts.values()),
        left_minor=rule.budget_minor - sum(amounts.values()),
        line_after=_line_after(entries, amounts, reasons),
    )


_WAITING = frozenset({Reason.BY_RULES, Reason.OUTWEIGHED, Reason.UNAFFORDABLE})


def programme_of(entries: Sequence[Entry], merits: Mapping[str, int], rule: Rule) -> Programme:
    """Return the programme of those that may be funded; in rank order the place is the merit."""
    able = _able(entries, rule)
    ids = {entry.id for entry in able}
    by_rank = rule.objective is Objective.RANK
    return Programme(
        candidates=tuple(
            Candidate(
                entry.id,
                entry.ask_minor,
                len(able) - place if by_rank else merits[entry.id],
                entry.minimum_minor,
                entry.attributes,
            )
            for place, entry in enumerate(able)
        ),
        budget_minor=rule.budget_minor,
        objective=rule.objective,
        contributions=rule.contributions,
        constraints=rule.constraints,
        exclusive=tuple(
            group
            for one in rule.exclusive
            if len(group := tuple(name for name in one if name in ids)) > 1
        ),
        requires=tuple(pair for pair in rule.requires if pair[0] in ids),
    )


def _able(entries: Sequence[Entry], rule: Rule) -> list[Entry]:
    """Return those that may be funded, and whose prerequisites may."""
    able = [entry for entry in entries if refused_because(entry, rule.threshold) is None]
    while True:
        ids = {entry.id for entry in able}
        without = {first for first, second in rule.requires if second not in ids}
        if not without & ids:
            return able
        able = [entry for entry in able if entry.id not in without]


def prices_of(
    entries: Sequence[Entry],
    merits: Mapping[str, int],
    rule: Rule,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[Price]:
    """Return for each quota, earmark and other rule what it costs alone, in points of merit.

    The points are the sum of merit (or of merit × money) of the funded without the rule, less the
    sum with it; in rank order it may fall below zero, for there no sum is maximised.
    """
    from scoring.allocation.optimum import awards  # noqa: PLC0415 - numpy where it is needed
    from scoring.allocation.refusals import Taught  # noqa: PLC0415

    whole, taught = programme_of(entries, merits, rule), Taught()
    names = whole.rules()
    with_all = _amounts(awards(whole, seed=rule.seed, taught=taught))
    found = []
    for done, name in enumerate(names, start=1):
        without = _amounts(awards(whole.without([name]), seed=rule.seed, taught=taught))
        gained = _worth(without, merits, rule) - _worth(with_all, merits, rule)
        found.append(
            Price(
                name,
                gained,
                tuple(sorted(without.keys() - with_all.keys())),
                tuple(sorted(with_all.keys() - without.keys())),
            )
        )
        if progress is not None:
            progress(done, len(names))
    return found


def _amounts(given: Sequence[Award]) -> dict[str, int]:
    return {one.id: one.amount_minor for one in given}


def _worth(amounts: Mapping[str, int], merits: Mapping[str, int], rule: Rule) -> int:
    if rule.objective is Objective.MERIT_MONEY:
        return sum(merits[name] * amount for name, amount in amounts.items())
    return sum(merits[name] for name in amounts)


def _reasons(entries: Sequence[Entry], amounts: Mapping[str, int], rule: Rule) -> dict[str, Reason]:
    """Return why each is decided as it is.

    In rank order an entry is held against the money that those before it leave. Where that would
    do, a rule keeps it for others; so nobody is told of want of money that a quota gave away.
    """
    pots = Pots(rule.contributions or [Contribution("budget", rule.budget_minor)])
    left, found = rule.budget_minor, {}
    for entry in _as_paid(entries, amounts, rule):
        if entry.id in amounts and not pots.promise(
            Award(entry.id, amounts[entry.id], entry.attributes)
        ):  # pragma: no cover - the solver has made sure
            raise InputError(f"the award {entry.id} exceeds the contributions that may pay it")
        left -= amounts.get(entry.id, 0)
        found[entry.id] = _reason(entry, amounts, rule, pots, left)
    return found


def _as_paid(entries: Sequence[Entry], amounts: Mapping[str, int], rule: Rule) -> Sequence[Entry]:
    """Return the entries in the order in which the money goes to them."""
    if rule.objective is Objective.RANK:
        return entries
    return sorted(entries, key=lambda entry: entry.id not in amounts)


def _reason(entry: Entry, amounts: Mapping[str, int], rule: Rule, pots: Pots, left: int) -> Reason:
    if entry.id in amounts:
        full = amounts[entry.id] == entry.ask_minor
        return Reason.IN_FULL if full else Reason.IN_PART
    refused = refused_because(entry, rule.threshold)
    if refused is not None:
        return refused
    least = entry.ask_minor if entry.minimum_minor is None else entry.minimum_minor
    room = min(left, pots.room_for(Award(entry.id, entry.ask_minor, entry.attributes)))
    if room >= least:
        return Reason.BY_RULES
    by_rank = rule.objective is Objective.RANK
    return Reason.UNAFFORDABLE if by_rank else Reason.OUTWEIGHED


def _line(name: str, amounts: Mapping[str, int], waiting: Sequence[str], reason: Reason) -> Line:
    if name in amounts:
        return Line(name, Decision.AWARD, amounts[name], reason)
    decision = Decision.RESERVE if name in waiting else Decision.DECLINE
    return Line(name, decision, 0, reason)


def _line_after(
    entries: Sequence[Entry], amounts: Mapping[str, int], reasons: Mapping[str, Reason]
) -> str | None:
    last = None
    for entry in entries:
        if entry.id in amounts:
            last = entry.id
        elif reasons[entry.id] in _WAITING:
            break
    return last


__all__ = [
    "POINTS",
    "Price",
    "Rule",
    "decide",
    "least_of",
    "merit_points",
    "prices_of",
    "programme_of",
    "rank_points",
]
