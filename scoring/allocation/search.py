"""The best sets of awards, found by growing sets from the linear bound and losing none.

Under prices of the rules every candidate has a best option: nothing, or one of its amounts. A set
that departs from these at some candidates is worth z - Σ loss - Σ price · what it leaves of the
rules, exactly; so only departures that cost less than a limit need growing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, partial

import numpy as np

from scoring.allocation.meeting import (
    BITS,
    Meeting,
    Sets,
    endings,
    first_of_last,
    nothing,
)
from scoring.allocation.options import Departures, Ints, Options

WORK = 16_000_000  # sets looked at, over all departures, before giving up
_AT_ONCE = 30_000  # sets grown at once; more wait in pieces
_OFTEN = 8  # every so many departures all sets are looked at again
_ENDINGS = 1_024  # ways of the last candidates to depart that are told together
_MET = 1_000_000  # pairs looked at; where there would be more, sets are grown further first
_WORDS = 8
_FIRST, _MORE = 24, 4  # departures looked at first, and then at least so many more
_WIDER = 1.25
_ROUNDING = 1e-9
_TIES = 5_000  # equal optima told one by one


@dataclass(slots=True)
class Found:
    """The best worth found, sets of choices that have it, and whether none can be better."""

    worth: int | None = None
    sets: list[tuple[int, ...]] = field(default_factory=list)
    proven: bool = False


def grow(
    options: Options,
    *,
    known: int | None = None,
    ties: bool = False,
    first: float = 0.0,
    work: int | None = None,
) -> Found:
    """Return the best set under the rules, or with `ties` all that are as good.

    `known`: the worth of a set that qualifies; only better ones are looked for. `first`: a loss
    within which it is likely found. Not `proven` where there would be too many sets to grow.
    """
    search = _Search(options, known, WORK if work is None else work, ties=ties)
    count = _FIRST
    limit = max(options.reach(count), first)
    while True:
        limit = np.inf if limit >= options.furthest else limit  # then rules left unused may cost
        limit = min(limit, search.needed())
        if not search.within(limit):
            return search.found
        if limit >= search.needed():
            search.found.proven = True
            return search.found
        count += _MORE
        limit = max(limit * _WIDER, options.reach(count))


class _Search:
    def __init__(self, options: Options, known: int | None, work: int, *, ties: bool) -> None:
        self._options, self._known, self._work, self._ties = options, known, work, ties
        self._edge = _ROUNDING * max(1.0, abs(options.z))
        self.found = Found()

    def needed(self) -> float:
        """Return the loss beyond which no set can be better (with ties: as good)."""
        best = self._known if self.found.worth is None else self.found.worth
        if best is None:
            return np.inf
        better = best if self._ties else best + self._options.table.scale
        return self._options.z - better / self._options.table.scale + self._edge

    def within(self, limit: float) -> bool:
        """Grow all sets that lose at most `limit`; False where they are too many."""
        departures = self._options.departures(limit)
        self.found.sets = [] if self._ties else self.found.sets  # they will be found again
        if len(departures.loss) > BITS * _WORDS:
            return False
        last = first_of_last(departures, _ENDINGS)
        ends = cache(partial(endings, departures))
        waiting = [self._one_at_most(departures, min(limit, self.needed()), last)]
        while waiting:
            if self._work < 0:
                return False
            place, sets = waiting.pop()
            if len(sets.loss) > _AT_ONCE:
                waiting += [(place, piece) for piece in _pieces(sets)]
                continue
            meeting = self._meeting(sets, ends(place), departures, limit) if place >= last else None
            if meeting is None:
                sets = self._grown(sets, departures, place, min(limit, self.needed()))
                self._work -= len(sets.loss)
                waiting.append((place + 1, sets))
            elif not self._all_taken(meeting, departures, limit):
                return False
        return True

    def _meeting(
        self, sets: Sets, ends: Sets, departures: Departures, limit: float
    ) -> Meeting | None:
        """Return sets and the endings they meet; None where there would be too many pairs."""
        self._work -= len(ends.loss)
        meeting = Meeting(sets, ends, departures)
        if len(ends.loss) == 1:  # nobody is left to depart
            return meeting
        return meeting if meeting.pairs(self._bound(limit)) <= min(self._work, _MET) else None

    def _bound(self, limit: float) -> float:
        return min(limit, self.needed()) + self._edge

    def _all_taken(self, meeting: Meeting, departures: Departures, limit: float) -> bool:
        """Keep the best of all that fit; False where they are too many."""
        for sets, pairs in meeting.told(lambda: self._bound(limit)):
            self._work -= pairs
            if self._work < 0 or not self._take(sets, departures):
                return False
        return True

    def _one_at_most(self, departures: Departures, limit: float, last: int) -> tuple[int, Sets]:
        """Return the sets where none departs, or one of those so dear that no two of them can.

        Also returns how many candidates these are, the dearest, at most `last`.
        """
        dear = departures.loss[list(departures.starts[:-1])] > limit / 2
        place = min(int(dear.sum()), last)
        ways = departures.starts[place]
        none = nothing(departures, self._options.worth)
        sets = none.also_with([none.departing(departures, one) for one in range(ways)])
        return place, self._hopeful(sets, departures, place, limit)

    def _grown(self, sets: Sets, departures: Departures, at: int, limit: float) -> Sets:
        """Let one candidate depart, each way it can; keep what may still come to keep the rules."""
        more = []
        for one in range(departures.starts[at], departures.starts[at + 1]):
            room = np.flatnonzero(sets.loss <= limit - departures.loss[one])
            grown = sets.only(room).departing(departures, one)
            more.append(self._hopeful(grown, departures, at + 1, limit))
        if at % _OFTEN == 0:
            sets = self._hopeful(sets, departures, at + 1, limit)
        return sets.also_with(more)

    def _hopeful(self, sets: Sets, departures: Departures, at: int, limit: float) -> Sets:
        """Return the sets that may keep the rules once those from `at` on depart."""
        room = departures.limit[:, None] - sets.use
        fits = (departures.less[at][:, None] <= room).all(axis=0)
        priced = len(departures.price)
        unused = np.maximum(room[:priced] - departures.more[at][:priced, None], 0)
        lost = sets.loss + departures.price @ unused
        return sets.only(np.flatnonzero(fits & (lost <= limit + self._edge)))

    def _take(self, sets: Sets, departures: Departures) -> bool:
        """Keep the best of sets that are grown to the end, which keep all rules."""
        if not len(sets.worth):
            return True
        best = int(sets.worth.max())
        least = max(self._known or 0, self.found.worth or 0)
        if best < least or (best == least and not self._ties and self._has_any(best)):
            return True
        if best != self.found.worth:
            self.found.worth, self.found.sets = best, []
        rows = np.flatnonzero(sets.worth == best)
        if self._ties and len(self.found.sets) + len(rows) > _TIES:
            return False
        for row in rows if self._ties else rows[:1]:
            turned = _departing(sets.turned[row], len(departures.loss))
            self.found.sets.append(self._options.chosen(departures, turned))
        return True

    def _has_any(self, worth: int) -> bool:
        return worth in {self._known, self.found.worth}


def _pieces(sets: Sets) -> Iterator[Sets]:
    """Tell sets into pieces, those that lost least last: a pile is taken from its end."""
    order = np.argsort(-sets.loss, kind="stable")
    for piece in np.array_split(order, -(-2 * len(order) // _AT_ONCE)):
        yield sets.only(piece)


def _departing(words: Ints, count: int) -> list[int]:
    return [one for one in range(count) if int(words[one // BITS]) >> one % BITS & 1]


__all__ = ["WORK", "Found", "grow"]
