"""The default rule of funders: down the ranking until the money is spent."""

from collections.abc import Sequence
from copy import copy
from typing import Self

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
    purse = Purse(budget_minor, contributions, stops=when_unaffordable == "stop")
    reasons: dict[str, Reason] = {}
    amounts: dict[str, int] = {}
    line_after: str | None = None
    for entry in entries:
        reason = refused_because(entry, threshold)
        if reason is None and purse.is_shut:
            reason = Reason.BELOW_LINE
        if reason is None:
            ended = purse.ended
            amount = purse.spend_on(entry)
            reason = _paid_because(entry, amount)
            if amount is not None:
                amounts[entry.id] = amount
                line_after = line_after if ended else entry.id
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


class Purse:
    """The budget and, where given, the pots behind it.

    `stops`: the first entry that is not paid in full ends the money.
    """

    def __init__(
        self,
        budget_minor: int,
        contributions: Sequence[Contribution] | None = None,
        *,
        stops: bool = False,
    ) -> None:
        self.left, self.ended = budget_minor, False
        self._pots = Pots(contributions or [Contribution("budget", budget_minor)])
        self.stops = stops

    def copy(self) -> Self:
        """Return the same purse, to be spent in another way."""
        found = copy(self)
        vars(found).update(_pots=self._pots.copy())
        return found

    @property
    def is_shut(self) -> bool:
        """Say whether an entry before has ended the money for all below it."""
        return self.stops and self.ended

    def offer(self, entry: Entry) -> int | None:
        """Return what an entry would get now: all, or at least the minimum, or nothing (None)."""
        least = least_of(entry)
        if self.is_shut or self.left < least:
            return None  # whichever pots might pay
        wanted = Award(entry.id, entry.ask_minor, entry.attributes)
        amount = min(self._pots.room_for(wanted), self.left)
        return None if amount < least or amount == 0 < entry.ask_minor else amount

    def spend_on(self, entry: Entry) -> int | None:
        """Pay what is offered, and return it."""
        amount = self.offer(entry)
        if amount is not None:
            self._pots.promise(Award(entry.id, amount, entry.attributes))
            self.left -= amount
        self.ended = self.ended or amount != entry.ask_minor
        return amount

    def take_back(self, entry: Entry, amount_minor: int) -> None:
        """Take back what an entry was paid; what others were paid stays."""
        self._pots.release(entry.id)
        self.left += amount_minor


def least_of(entry: Entry) -> int:
    """Return the least with which an entry is funded, in minor units."""
    return entry.ask_minor if entry.minimum_minor is None else entry.minimum_minor


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
