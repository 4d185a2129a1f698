"""Sets that are being grown, and their last departures: found from both ends at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.allocation.options import Departures, Floats, Ints

BITS = 62  # departures told in one whole number
_PAIRS = 1_000_000  # looked at together


@dataclass(frozen=True, slots=True)
class Sets:
    """Sets that are being grown: loss, use (rules × sets), exact worth, and who departs."""

    loss: Floats
    use: Floats
    worth: Ints
    turned: Ints

    def only(self, keep: NDArray[np.bool_] | Ints) -> "Sets":
        return Sets(self.loss[keep], self.use[:, keep], self.worth[keep], self.turned[keep])

    def also_with(self, others: "list[Sets]") -> "Sets":
        every = [self, *others]
        return Sets(
            np.concatenate([one.loss for one in every]),
            np.concatenate([one.use for one in every], axis=1),
            np.concatenate([one.worth for one in every]),
            np.concatenate([one.turned for one in every]),
        )

    def departing(self, departures: Departures, one: int) -> "Sets":
        """Return the sets with one departure more."""
        turned = self.turned.copy()
        turned[:, one // BITS] |= 1 << one % BITS
        return Sets(
            self.loss + departures.loss[one],
            self.use + departures.change[:, one, None],
            self.worth + departures.worth[one],
            turned,
        )


def nothing(departures: Departures, worth: int) -> Sets:
    """Return the set of the best options, from which none departs."""
    words = -(-len(departures.loss) // BITS)
    return Sets(
        np.zeros(1),
        departures.use[:, None],
        np.array([worth], dtype=np.int64),
        np.zeros((1, words), dtype=np.int64),
    )


def endings(departures: Departures, at: int) -> Sets:
    """Return every way in which the candidates from one on may depart, each as what it adds."""
    none = nothing(departures, 0)
    found = Sets(none.loss, np.zeros_like(none.use), none.worth, none.turned)
    for candidate in range(at, departures.count):
        ways = range(departures.starts[candidate], departures.starts[candidate + 1])
        found = found.also_with([found.departing(departures, one) for one in ways])
    return found


def meet(sets: Sets, ends: Sets, departures: Departures, limit: float) -> tuple[Sets, int]:
    """Return all sets with an ending that keep the rules and lose at most `limit`.

    Also returns how many pairs were looked at. Where a rule has a price, what a set leaves of it
    is lost; so a set fits only endings that use nearly all of the rest. Sets in the order of one
    use tell which these are; of all rules the one that leaves the fewest pairs is taken.
    """
    if not len(sets.loss):
        return sets, 0
    meeting = _Meeting(sets, ends, departures, limit)
    window = min(meeting.windows(), key=lambda one: one.pairs)
    found = [meeting.kept(mine, theirs) for mine, theirs in window.told()]
    return found[0].also_with(found[1:]), window.pairs


@dataclass(frozen=True, slots=True)
class _Window:
    """Which sets may meet each ending: of `order` those from `first` to before `last`."""

    order: Ints
    first: Ints
    last: Ints

    @property
    def pairs(self) -> int:
        return int((self.last - self.first).sum())

    def told(self) -> Iterator[tuple[Ints, Ints]]:
        """Return the pairs, so many at once: the places of sets, and those of endings."""
        count = self.last - self.first
        for piece in np.array_split(np.flatnonzero(count), self.pairs // _PAIRS + 1):
            many = count[piece]
            begun = np.repeat(self.last[piece] - np.cumsum(many), many)
            yield self.order[begun + np.arange(len(begun))], np.repeat(piece, many)


@dataclass(frozen=True, slots=True)
class _Meeting:
    sets: Sets
    ends: Sets
    departures: Departures
    limit: float

    def windows(self) -> Iterator[_Window]:
        """Tell which sets may meet which endings: by loss, and by the use of each priced rule."""
        order, spare = np.argsort(self.sets.loss, kind="stable"), self.limit - self.ends.loss
        last = np.searchsorted(self.sets.loss[order], spare, side="right")
        yield _Window(order, np.zeros_like(last), last)
        spare = np.maximum(spare - self.sets.loss.min(), 0)
        for rule, price in enumerate(self.departures.price):
            order = np.argsort(self.sets.use[rule], kind="stable")
            use = self.sets.use[rule][order]
            most = self.departures.limit[rule] - self.ends.use[rule]
            first = np.searchsorted(use, most - spare / price, side="left")
            yield _Window(order, first, np.searchsorted(use, most, side="right"))

    def kept(self, mine: Ints, theirs: Ints) -> Sets:
        """Return those of some pairs that keep the rules within the limit, in the order grown."""
        loss, price = self.sets.loss[mine] + self.ends.loss[theirs], self.departures.price
        for rule, most in enumerate(self.departures.limit):
            room = most - self.sets.use[rule][mine] - self.ends.use[rule][theirs]
            if rule < len(price):
                loss = loss + price[rule] * np.maximum(room, 0)
            keep = np.flatnonzero((room >= 0) & (loss <= self.limit))
            mine, theirs, loss = mine[keep], theirs[keep], loss[keep]
        order = np.lexsort((mine, theirs))
        return self._together(mine[order], theirs[order])

    def _together(self, mine: Ints, theirs: Ints) -> Sets:
        sets, ends = self.sets, self.ends
        return Sets(
            sets.loss[mine] + ends.loss[theirs],
            sets.use[:, mine] + ends.use[:, theirs],
            sets.worth[mine] + ends.worth[theirs],
            sets.turned[mine] | ends.turned[theirs],
        )


__all__ = ["BITS", "Sets", "endings", "meet", "nothing"]
