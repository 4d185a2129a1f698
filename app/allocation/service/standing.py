"""Whether what was decided still holds: proposals may be withdrawn any day, and money too."""

from collections import Counter

from app.allocation import queries, rules
from app.allocation.computing import Data
from app.allocation.models import Allocation, AllocationState
from app.calls.models import Call
from app.core.money import Money
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.funds import queries as funds
from app.proposals import queries as proposals


def nobody_left(call: Call, ranking: Data) -> Verdict:
    """Whether every proposal of a ranking is still in the call: one may be withdrawn any day."""
    here = {p.number for p in proposals.in_review(call.id)}
    left = sorted(p["proposal"] for p in ranking["places"] if p["proposal"] not in here)
    return rules.can_stand(left)


def money_stands(call: Call, allocation: Allocation) -> Verdict:
    """Whether every contribution still has what an unreleased allocation takes from it."""
    if allocation.state is AllocationState.RELEASED:
        return ALLOWED
    rows = {row.id: row for row in funds.all_contributions_of(call.fund_id)}
    funders = {pot["id"]: pot["funder"] for pot in allocation.rule["contributions"]}
    taken: Counter[str] = Counter()
    awards: dict[str, list[str]] = {}
    for line in queries.lines_of(allocation.id):
        for pot, minor in line.line.sources.items():
            taken[pot] += minor
            awards.setdefault(pot, []).append(line.number)
    for pot, minor in sorted(taken.items()):
        free = rows[pot].free_minor if pot in rows else 0
        if minor > free:
            return refused(
                _(
                    "The contribution of %(funder)s was withdrawn or has less left than this "
                    "allocation takes from it: %(taken)s is taken, %(free)s is there. It pays "
                    "%(awards)s. Send the allocation back and propose it again.",
                    funder=funders.get(pot, pot),
                    taken=Money(minor, call.currency).show(),
                    free=Money(free, call.currency).show(),
                    awards=", ".join(awards[pot]),
                )
            )
    return ALLOWED
