"""At which place each decision turns, where the money goes down the ranking without other rules.

What stands above a proposal leaves it the less, the more stands there; so there is one place from
which on there is not enough for it. All that stand above that place are decided as without it.
"""

from collections.abc import Callable, Iterator, Sequence

from scoring.allocation.entry import Entry, Threshold, refused_because
from scoring.allocation.places.turn import Turn
from scoring.allocation.rank import Purse
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
    found = {entry.id: Turn(entry.id, funded=False, place=place) for place, entry in able}
    before = list(_states(start, [entry for _, entry in able]))
    for at, (place, entry) in enumerate(able):
        amount = before[at].offer(entry)
        if amount is None:
            turned = _last(before[:at], entry)
        else:
            turned = _first(before[at].copy(), entry, amount, [one for _, one in able[at + 1 :]])
            turned = None if turned is None else at + 1 + turned
        if turned is None:
            found[entry.id] = Turn(entry.id, amount is not None, place)
        else:
            where, other = able[turned]
            found[entry.id] = Turn(entry.id, amount is not None, place, where, other.id)
        if progress is not None:
            progress(at + 1, len(able))
    return [
        found.get(entry.id, Turn(entry.id, funded=False, place=place))
        for place, entry in enumerate(entries, start=1)
    ]


def _states(purse: Purse, entries: Sequence[Entry]) -> Iterator[Purse]:
    """Yield what is left before each entry; where an entry changes nothing it is the same."""
    for entry in entries:
        yield purse
        then = purse.copy()
        if then.spend_on(entry) is not None or then.is_shut:
            purse = then


def _last(before: Sequence[Purse], entry: Entry) -> int | None:
    """Return the last place at which there would be enough; None: at none."""
    low, high = -1, len(before)
    while high - low > 1:
        middle = (low + high) // 2
        if before[middle].offer(entry) is not None:
            low = middle
        else:
            high = middle
    return None if low < 0 else low


def _first(purse: Purse, entry: Entry, amount: int, below: Sequence[Entry]) -> int | None:
    """Return the first of those below that leaves less than the amount; None: none does."""
    for at, other in enumerate(below):
        purse.spend_on(other)
        if purse.offer(entry) != amount:
            return at
    return None


__all__ = ["turns_by_rank"]
