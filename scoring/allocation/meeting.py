"""Sets that are being grown, and their last departures: found from both ends at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.allocation.options import Departures, Floats, Ints

BITS = 62  # departures told in one whole number
_PAIRS = 100_000  # looked at together, or those of one ending
_NONE: Ints = np.zeros(0, dtype=np.int64)


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
        np.array([worth]),
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


def first_of_last(departures: Departures, most: int) -> int:
    """Return the candidate from which on there are at most so many endings."""
    at, count = departures.count, 1
    while at > 0:
        count *= 1 + departures.starts[at] - departures.starts[at - 1]
        if count > most:
            break
        at -= 1
    return at


class Meeting:
    """Sets and endings: which pairs keep the rules and lose at most a limit.

    Where a rule has a price, what a set leaves of it is lost; so a set fits only endings that use
    nearly all of the rest. Sets in the order of one use tell which these are; of all rules the one
    that leaves the fewest pairs is taken.
    """

    def __init__(self, sets: Sets, ends: Sets, departures: Departures) -> None:
        self._sets, self._ends, self._departures = sets, ends, departures
        keys = [sets.loss, *sets.use[: len(departures.price)]]
        orders = [np.argsort(key, kind="stable") for key in keys]
        self._sorted = [(order, key[order]) for order, key in zip(orders, keys, strict=True)]

    def pairs(self, limit: float) -> int:
        """Return how many pairs would have to be looked at."""
        return self._narrowest(limit, 0).pairs

    def told(self, limit: Callable[[], float]) -> Iterator[tuple[Sets, int]]:
        """Return the pairs that fit, some at a time, and how many were looked at for these.

        The limit is asked anew each time, so that what is found spares the rest. They come in the
        order in which sets would be grown.
        """
        at, bound = 0, limit()
        window = self._narrowest(bound, at)
        while window.pairs:
            many = window.endings(_PAIRS)
            mine, theirs = window.told(many)
            yield self._kept(mine, theirs + at, bound), len(mine)
            at, before, bound = at + many, bound, limit()
            window = window.after(many) if bound == before else self._narrowest(bound, at)

    def _narrowest(self, limit: float, at: int) -> "_Window":
        if not len(self._sets.loss):
            return _Window(_NONE, _NONE, _NONE)
        return min(self._windows(limit, at), key=lambda one: one.pairs)

    def _windows(self, limit: float, at: int) -> "Iterator[_Window]":
        """Tell which sets may meet the endings from one on: by loss, and by each priced rule."""
        (order, loss), *rules = self._sorted
        spare = limit - self._ends.loss[at:]
        last = np.searchsorted(loss, spare, side="right")
        yield _Window(order, np.zeros_like(last), last)
        spare = np.maximum(spare - loss[0], 0)
        for rule, (order, use) in enumerate(rules):
            most = self._departures.limit[rule] - self._ends.use[rule, at:]
            first = np.searchsorted(use, most - spare / self._departures.price[rule], side="left")
            yield _Window(order, first, np.searchsorted(use, most, side="right"))

    def _kept(self, mine: Ints, theirs: Ints, limit: float) -> Sets:
        """Return those of some pairs that keep the rules within the limit, in the order grown."""
        sets, ends, price = self._sets, self._ends, self._departures.price
        loss = sets.loss[mine] + ends.loss[theirs]
        for rule, most in enumerate(self._departures.limit):
            room = most - sets.use[rule][mine] - ends.use[rule][theirs]
            if rule < len(price):
                loss = loss + price[rule] * np.maximum(room, 0)
            keep = np.flatnonzero((room >= 0) & (loss <= limit))
            mine, theirs, loss = mine[keep], theirs[keep], loss[keep]
        order = np.lexsort((mine, theirs))
        mine, theirs = mine[order], theirs[order]
        return Sets(
            sets.loss[mine] + ends.loss[theirs],
            sets.use[:, mine] + ends.use[:, theirs],
            sets.worth[mine] + ends.worth[theirs],
            sets.turned[mine] | ends.turned[theirs],
        )


@dataclass(frozen=True, slots=True)
class _Window:
    """Which sets may meet each of some endings: of `order` those from `first` to before `last`."""

    order: Ints
    first: Ints
    last: Ints

    @property
    def pairs(self) -> int:
        return int((self.last - self.first).sum())

    def endings(self, pairs: int) -> int:
        """Return how many of the endings have so many pairs together, at least one."""
        together = np.cumsum(self.last - self.first)
        return max(int(np.searchsorted(together, pairs)), 1)

    def told(self, many: int) -> tuple[Ints, Ints]:
        """Return the pairs of the first endings: the places of sets, and those of endings."""
        count = (self.last - self.first)[:many]
        begun = np.repeat(self.last[:many] - np.cumsum(count), count)
        return self.order[begun + np.arange(len(begun))], np.repeat(np.arange(many), count)

    def after(self, many: int) -> "_Window":
        return _Window(self.order, self.first[many:], self.last[many:])


__all__ = ["BITS", "Meeting", "Sets", "endings", "first_of_last", "nothing"]
