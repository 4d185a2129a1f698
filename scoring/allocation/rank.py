"""The default rule of funders: down the ranking until the money is spent."""

from collections.abc import Sequence

from scoring.allocation.entry import (
    Allocation,
    Decision,
    Entry,
    Line,
    Reason,
    Threshold,
    refused_because,
    whole_minor,
)
from scoring.allocation.sources import Award, Contribution, Pots, refuse_repeats
from scoring.errors import InputError

_REFUSED = {Reason.BELOW_THRESHOLD, Reason.BELOW_CRITERION, Reason.NOT_ELIGIBLE}


def allocate_by_rank(
    entries: Sequence[Entry],
    budget_minor: int,
    *,
    when_unaffordable: str = "stop",
    reserve: int = 0,
    threshold: Threshold | None = None,
    contributions: Sequence[Contribution] | None = None,
) -> Allocation:
    """Fund entries in the order given, best first, ties already resolved.

    Whole minor units throughout. An entry that does not fit is funded in part where what is left
    covers its minimum; otherwise "stop" ends the money there and "skip" goes on to the next. The
    best `reserve` entries that money alone kept out become the reserve list. With `contributions`
    an entry fits only where their earmarks allow it, and the budget may not exceed their sum.
    """
    _refuse_bad_rule(budget_minor, when_unaffordable, reserve, contributions)
    refuse_repeats((entry.id for entry in entries), "proposal")
    purse = _Purse(budget_minor, contributions)
    reasons: dict[str, Reason] = {}
    amounts: dict[str, int] = {}
    line_after: str | None = None
    ended = False
    for entry in entries:
        reason = refused_because(entry, threshold)
        if reason is None and ended and when_unaffordable == "stop":
            reason = Reason.BELOW_LINE
        if reason is None:
            amount = purse.spend_on(entry)
            reason = _paid_because(entry, amount)
            if amount is not None:
                amounts[entry.id] = amount
                line_after = line_after if ended else entry.id
            ended = ended or reason is not Reason.IN_FULL
        reasons[entry.id] = reason
    waiting = [
        entry.id
        for entry in entries
        if entry.id not in amounts and reasons[entry.id] not in _REFUSED
    ]
    decisions = dict.fromkeys(waiting[:reserve], Decision.RESERVE)
    decisions |= dict.fromkeys(amounts, Decision.AWARD)
    return Allocation(
        lines=tuple(
            Line(
                entry.id,
                decisions.get(entry.id, Decision.DECLINE),
                amounts.get(entry.id, 0),
                reasons[entry.id],
            )
            for entry in entries
        ),
        spent_minor=budget_minor - purse.left,
        left_minor=purse.left,
        line_after=line_after,
    )


class _Purse:
    """The budget and, where given, the pots behind it."""

    def __init__(self, budget_minor: int, contributions: Sequence[Contribution] | None) -> None:
        self.left = budget_minor
        self._pots = Pots(contributions or [Contribution("budget", budget_minor)])

    def spend_on(self, entry: Entry) -> int | None:
        """Pay in full, or at least the minimum, or nothing (None)."""
        least = entry.ask_minor if entry.minimum_minor is None else entry.minimum_minor
        if self.left < least:
            return None  # whichever pots might pay
        wanted = Award(entry.id, entry.ask_minor, entry.attributes)
        amount = min(self._pots.room_for(wanted), self.left)
        if amount < least or amount == 0 < entry.ask_minor:
            return None
        self._pots.promise(Award(entry.id, amount, entry.attributes))
        self.left -= amount
        return amount


def _paid_because(entry: Entry, amount: int | None) -> Reason:
    if amount is None:
        return Reason.UNAFFORDABLE
    return Reason.IN_FULL if amount == entry.ask_minor else Reason.IN_PART


def _refuse_bad_rule(
    budget_minor: int,
    when_unaffordable: str,
    reserve: int,
    contributions: Sequence[Contribution] | None,
) -> None:
    whole_minor(budget_minor, "budget_minor")
    if when_unaffordable not in {"stop", "skip"}:
        raise InputError(f"when_unaffordable is {when_unaffordable!r}; say stop or skip")
    if isinstance(reserve, bool) or not isinstance(reserve, int) or reserve < 0:
        raise InputError(f"reserve is {reserve!r}; give the length of the reserve list, 0 or more")
    if contributions is not None:
        held = sum(pot.amount_minor for pot in contributions)
        if budget_minor > held:
            raise InputError(
                f"the budget {budget_minor} is more than the contributions hold ({held}); "
                "lower the budget or add a contribution"
            )
