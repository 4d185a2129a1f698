"""At which place each decision turns, where the money goes down the ranking without other rules.

What stands above a proposal leaves it the less, the more stands there; so there is one place from
which on there is not enough for it. All that stand above that place are decided as without it.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence

from scoring.allocation.entry import Entry, Threshold, refused_because
from scoring.allocation.places.turn import Turn
from scoring.allocation.rank import Purse, least_of
from scoring.allocation.sources import Contribution

Progress = Callable[[int, int], None]


def turns_by_rank(
    entries: Sequence[Entry],
    budget_minor: int,
    *,
    when_unaffordable: str = "stop",
    threshold: Threshold | None = None,
    contributions: Sequence[Contribution] | None = None,
    progress: Progress | None = None,
) -> list[Turn]:
    """Return for every entry, best first, where in the order its decision turns.

    As `allocate_by_rank` decides, which the arguments are those of. Who is not eligible or below a
    threshold turns at no place.
    """
    able = [
        (place, entry)
        for place, entry in enumerate(entries, start=1)
        if refused_because(entry, threshold) is None
    ]
    start = Purse(budget_minor, contributions, stops=when_unaffordable == "stop")
    down = _Down(start, [entry for _, entry in able])
    found = {}
    for at, (place, entry) in enumerate(able):
        funded = down.amounts[at] is not None
        turned = down.out_below(at) if funded else down.in_above(at)
        found[entry.id] = Turn(entry.id, funded, place)
        if turned is not None:
            where, other = able[turned]
            found[entry.id] = Turn(entry.id, funded, place, where, other.id)
        if progress is not None:
            progress(at + 1, len(able))
    return [
        found.get(entry.id, Turn(entry.id, funded=False, place=place))
        for place, entry in enumerate(entries, start=1)
    ]


class _Down:
    """What is left before each entry, and what it gets."""

    def __init__(self, purse: Purse, entries: Sequence[Entry]) -> None:
        self._entries, self._stops = entries, purse.stops
        self._before: list[Purse] = []
        self.amounts: list[int | None] = []
        for entry in entries:
            self._before.append(purse)
            then = purse.copy()
            self.amounts.append(then.spend_on(entry))
            if self.amounts[-1] is not None or then.is_shut:
                purse = then  # where an entry changes nothing it is the same
        self._short = [
            at for at, entry in enumerate(entries) if self.amounts[at] != entry.ask_minor
        ]

    def in_above(self, at: int) -> int | None:
        """Return the last place at which there would be enough; None: there is at none."""
        entry, low, high = self._entries[at], -1, at
        while high - low > 1:
            middle = (low + high) // 2
            if self._before[middle].offer(entry) is not None:
                low = middle
            else:
                high = middle
        return None if low < 0 else low

    def out_below(self, at: int) -> int | None:
        """Return the first that leaves less than the amount; None: none does.

        One that is paid in full leaves it, for both are paid now. Any other got all that could be
        had beside the one that moves; if it gets more without it, that is missing afterwards.
        """
        without: dict[int, Purse] = {}
        amount = self.amounts[at]
        assert amount is not None
        if self._stops and amount != self._entries[at].ask_minor:
            return self._walk(at, amount)  # it ended the money itself, so none below was heard
        for below in self._short[bisect_right(self._short, at) :]:
            entry, purse = self._entries[below], self._before[below]
            if self._stops:
                return below  # it ends the money, unless it takes it
            if purse.left + amount < least_of(entry):
                continue
            if id(purse) not in without:
                without = {id(purse): purse.copy()}
                without[id(purse)].take_back(self._entries[at], amount)
            if without[id(purse)].offer(entry) != self.amounts[below]:
                return below
        return None

    def _walk(self, at: int, amount: int) -> int | None:
        """Decide all below anew, one after the other."""
        entry, purse = self._entries[at], self._before[at].copy()
        for below in range(at + 1, len(self._entries)):
            purse.spend_on(self._entries[below])
            if purse.offer(entry) != amount:
                return below
        return None


__all__ = ["turns_by_rank"]
