"""Every set near the linear bound, told once, in which any one candidate may then be turned.

The best set with a candidate turned departs from the same best options as all others do, at a few
other candidates besides. Those ways to depart are the same for all; so they are grown once, from
both ends, and asked for each candidate which of them leave it the money it needs, or use what it
sets free. Where a better set could lie further from the bound than what was grown, it says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.allocation.meeting import BITS, Sets, endings, first_of_last, nothing
from scoring.allocation.options import NOTHING, Departures, Floats, Ints, Options
from scoring.allocation.search import Found

_SETS = 250_000  # that are grown from the dear end
_ENDINGS = 64  # ways of the cheapest candidates to depart that are told together
_MOST = 240  # departures that are told
_HALVED = 30  # times, from the furthest that any set can be
_GRAINS = 200  # into which a loss is cut to count the sets within it
_FIRST, _MORE = 24, 4  # departures looked at first, and then at least so many more
_WIDER = 1.25
_ROUNDING = 1e-9
_NONE = -1.0
_NO: Ints = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Way:
    """How one candidate may be decided: its loss, its worth, what it uses, and as which option."""

    loss: float
    worth: int
    use: Floats
    option: int


class Nearby:
    """The departures within `reach` of the best options, and the sets that they make."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._every = options.departures(options.furthest)
        self._edge = _ROUNDING * max(1.0, abs(options.z))
        self.reach = _reach(self._every, options.furthest) if len(self._every.price) else _NONE
        if self.reach >= 0:
            self._rows = _rows(self._every, self.reach)
            self._near = near = _within(self._every, self.reach, self._rows)
            last = first_of_last(near, _ENDINGS)
            sets = _grown(near, last, self.reach, options.worth)
            self._ends = endings(near, last)
            spread = np.maximum(np.ptp(sets.use[: len(near.price)], axis=1), 1e-9)
            self._rule = int(np.argmax(near.price * spread))  # of it sets leave the least
            self._sets = sets.only(np.argsort(sets.use[self._rule], kind="stable"))
            use, price = self._sets.use[self._rule], near.price[self._rule]
            self._short = self._sets.loss - price * use  # and price · limit: what a set loses

    def turned(
        self, row: int, *, funded: bool, known: int | None = None, first: float = 0.0
    ) -> Found:
        """Return the best set in which a candidate is funded or not, if it is near enough.

        `known` and `first` as for `grow`. Not `proven` where a better set may be out of reach.
        """
        found, ways = Found(), list(self._ways(row, funded=funded))
        if self.reach < 0 or not ways:
            return found
        least = min(way.loss for way in ways)
        count = _FIRST
        limit = max(first, self._options.reach(count))
        while True:
            bound = min(least + limit, self._needed(found, known))
            for way in ways:
                self._take(found, way, row, min(bound - way.loss, self.reach), known)
            if max(bound - way.loss for way in ways) > self.reach:
                return found
            if bound >= self._needed(found, known):
                found.proven = True
                return found
            count += _MORE
            limit = max(limit * _WIDER, self._options.reach(count))

    def bound(self, row: int, *, funded: bool) -> float:
        """Return what no set is above in which a candidate is funded or not."""
        return self._options.z - min(way.loss for way in self._ways(row, funded=funded))

    def _needed(self, found: Found, known: int | None) -> float:
        """Return the loss beyond which no set can be better."""
        best, scale = known if found.worth is None else found.worth, self._options.table.scale
        return np.inf if best is None else self._options.z - best / scale - 1 + self._edge

    def _ways(self, row: int, *, funded: bool) -> Iterator[_Way]:
        best, every = int(self._options.best[row]), self._every
        if (best != NOTHING) == funded:
            yield _Way(0.0, 0, np.zeros(len(every.limit)), best)
        for one in np.flatnonzero(every.candidate == row).tolist():
            option = int(every.option[one])
            if (option != NOTHING) == funded:
                loss, worth = float(every.loss[one]), int(every.worth[one])
                yield _Way(loss, worth, every.change[:, one], option)

    def _take(self, found: Found, way: _Way, row: int, bound: float, known: int | None) -> None:
        """Keep the best set with a candidate decided in one way and all else within a loss."""
        if bound < 0:
            return
        near, sets, ends = self._near, self._sets, self._ends
        mine, theirs = self._pairs(limit := near.limit - way.use[self._rows], bound)
        loss = sets.loss[mine] + ends.loss[theirs]
        for rule, most in enumerate(limit):
            room = most - sets.use[rule][mine] - ends.use[rule][theirs]
            if rule < len(near.price):
                loss = loss + near.price[rule] * np.maximum(room, 0)
            keep = np.flatnonzero((room >= 0) & (loss <= bound))
            mine, theirs, loss = mine[keep], theirs[keep], loss[keep]
        own = _bits(np.flatnonzero(near.candidate == row), len(near.loss))
        turned = sets.turned[mine] | ends.turned[theirs]
        keep = np.flatnonzero(((turned & own) == 0).all(axis=1))
        mine, theirs = mine[keep], theirs[keep]
        if not len(mine):
            return
        worth = sets.worth[mine] + ends.worth[theirs]
        at = int(worth.argmax())
        if int(worth[at]) + way.worth > max(known or 0, found.worth or 0):
            found.worth = int(worth[at]) + way.worth
            found.sets = [self._chosen(sets.turned[mine[at]] | ends.turned[theirs[at]], row, way)]

    def _pairs(self, limit: Floats, bound: float) -> tuple[Ints, Ints]:
        """Return the sets and endings that together fit one rule and lose no more than a bound."""
        use, price = self._sets.use[self._rule], self._near.price[self._rule]
        most = limit[self._rule] - self._ends.use[self._rule]
        spare = bound - self._ends.loss
        last = np.searchsorted(use, most, side="right")
        first = np.searchsorted(use, most - spare / price, side="left")
        short = spare - price * most
        met = np.flatnonzero((spare >= 0) & (first < last))
        found = [
            begun + (self._short[begun:ended] <= least).nonzero()[0]
            for begun, ended, least in zip(
                first[met].tolist(), last[met].tolist(), short[met].tolist(), strict=True
            )
        ]
        theirs = np.repeat(met, [len(each) for each in found])
        return np.concatenate([_NO, *found]), theirs

    def _chosen(self, turned: Ints, row: int, way: _Way) -> tuple[int, ...]:
        departing = [
            one for one in range(len(self._near.loss)) if int(turned[one // BITS]) >> one % BITS & 1
        ]
        best = self._options.best.copy()
        best[row] = way.option
        best[self._near.candidate[departing]] = self._near.option[departing]
        return tuple(np.sort(best[best != NOTHING]).tolist())


def _bits(which: Ints, count: int) -> Ints:
    words = np.zeros(-(-count // BITS), dtype=np.int64)
    for one in which.tolist():
        words[one // BITS] |= 1 << one % BITS
    return words


def _reach(every: Departures, furthest: float) -> float:
    """Return the loss, nearly the largest, within which the sets are few enough to be told."""
    low, high = 0.0, furthest
    if _are_few(every, high):
        return high
    if not _are_few(every, low):
        return _NONE
    for _half in range(_HALVED):
        middle = (low + high) / 2
        low, high = (middle, high) if _are_few(every, middle) else (low, middle)
    return low


def _are_few(every: Departures, reach: float) -> bool:
    """Count, at most, the sets of the dear departures that lose no more than `reach`."""
    near = np.flatnonzero(every.loss <= reach)
    if len(near) > _MOST:
        return False
    if reach <= 0:
        return 2.0 ** len(near) <= _SETS
    grain = (every.loss[near] / reach * _GRAINS).astype(np.int64)
    counted = np.zeros(_GRAINS + 1)
    counted[0] = 1
    dear = np.argsort(-every.loss[near], kind="stable")
    for one in grain[dear][: max(len(near) - int(np.log2(_ENDINGS)), 0)].tolist():
        shifted = np.zeros_like(counted)
        shifted[one:] = counted[: len(counted) - one]
        counted += shifted
    return float(counted.sum()) <= _SETS


def _rows(every: Departures, reach: float) -> NDArray[np.bool_]:
    """Return which limits can matter: those with a price, and those that sets may break."""
    near = every.loss <= reach
    most = np.maximum(every.change[:, near], 0).sum(axis=1)
    turned = np.maximum(every.change.max(axis=1, initial=0), 0)
    matters: NDArray[np.bool_] = every.use + most + turned > every.limit
    matters[: len(every.price)] = True
    return matters


def _within(every: Departures, reach: float, rows: NDArray[np.bool_]) -> Departures:
    """Return the departures within a loss, on the limits that can matter."""
    near = np.flatnonzero(every.loss <= reach)
    candidate = every.candidate[near]
    cuts = np.flatnonzero(np.concatenate([[True], candidate[1:] != candidate[:-1]]))
    return replace(
        every,
        candidate=candidate,
        option=every.option[near],
        starts=(*cuts.tolist(), len(near)),
        loss=every.loss[near],
        worth=every.worth[near],
        change=np.ascontiguousarray(every.change[rows][:, near]),
        use=every.use[rows],
        limit=every.limit[rows],
    )


def _grown(near: Departures, last: int, reach: float, worth: int) -> Sets:
    """Return every set of the dear departures that loses at most `reach`."""
    sets = nothing(near, worth)
    for candidate in range(last):
        ways = range(near.starts[candidate], near.starts[candidate + 1])
        more = [
            sets.only(np.flatnonzero(sets.loss <= reach - near.loss[one])).departing(near, one)
            for one in ways
        ]
        sets = sets.also_with(more)
    return sets


__all__ = ["Nearby"]
