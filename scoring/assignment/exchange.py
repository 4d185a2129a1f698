"""Raises the worst-served proposal by exchanging reviewers along paths, at the least loss."""

from dataclasses import dataclass

import numpy as np

from scoring.assignment.problem import Ints, Mask, Pair, Problem

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a path: the proposal gives a reviewer up and takes another."""

    proposal: int
    lost: int
    gained: int


class Seating:
    """Who sits where while seats are exchanged.

    A seat is a number proposal·width + slot; fixed seats count in scores but cannot be given up.
    """

    def __init__(self, problem: Problem, pairs: list[Pair], prices: Ints) -> None:
        n, m = problem.merit.shape
        self.problem, self.prices = problem, prices
        self.width = int(problem.demand.max(initial=1))
        self.seat = np.full((n, self.width), -1)
        self.holders = np.full((m, int(problem.max_load.max(initial=1))), -1)
        self.fixed = frozenset(problem.fixed)
        self.score = np.zeros(n, dtype=np.int64)
        self.load = np.zeros(m, dtype=np.int64)
        self._floor = self.score
        self._ways: dict[int, tuple[Ints, Ints]] = {}
        filled = np.zeros(n, dtype=np.int64)
        for i, j in pairs:
            self.seat[i, filled[i]] = j
            self.score[i] += problem.merit[i, j]
            if (i, j) not in self.fixed:
                self._hold(j, i * self.width + int(filled[i]))
            filled[i] += 1
            self.load[j] += 1

    def pairs(self) -> list[Pair]:
        """Return the seats as (proposal, reviewer), sorted."""
        return sorted((int(i), int(self.seat[i, slot])) for i, slot in np.argwhere(self.seat >= 0))

    def hold_up(self, floor: Ints) -> None:
        """Say which score each proposal must keep or reach from here on."""
        self._floor = floor
        self._ways.clear()

    def ways(self, seat: int) -> tuple[Ints, Ints]:
        """Return the reviewers that a proposal may take for a seat, and what each loses (>= 0)."""
        if seat not in self._ways:
            proposal, slot = divmod(seat, self.width)
            lost = int(self.seat[proposal, slot])
            takers = self._takers(proposal, lost)
            worth = self.problem.merit[proposal] - self.prices
            self._ways[seat] = takers, np.maximum(worth[lost] - worth[takers], 0)
        return self._ways[seat]

    def _takers(self, proposal: int, lost: int) -> Ints:
        merit = self.problem.merit[proposal]
        least = self._floor[proposal] - self.score[proposal] + int(merit[lost])
        fit: Mask = self.problem.allowed[proposal] & (merit >= least)
        mine = self.seat[proposal]
        fit[mine[mine >= 0]] = False
        for rule in self.problem.rules:
            count = int(rule.members[mine[mine >= 0]].sum()) - int(rule.members[lost])
            if count < rule.at_least:
                fit &= rule.members
            if rule.at_most is not None and count >= rule.at_most:
                fit &= ~rule.members
        return np.flatnonzero(fit)

    def movable(self, proposal: int) -> list[int]:
        """Return the seats of a proposal that are not fixed."""
        return [
            proposal * self.width + slot
            for slot, j in enumerate(self.seat[proposal].tolist())
            if j >= 0 and (proposal, j) not in self.fixed
        ]

    def commit(self, moves: list[Move]) -> None:
        """Carry a path out; what each may take has to be asked anew (`hold_up`)."""
        seats = []
        for move in moves:
            slot = int(np.flatnonzero(self.seat[move.proposal] == move.lost)[0])
            seats.append(move.proposal * self.width + slot)
            holders = self.holders[move.lost]
            holders[holders == seats[-1]] = -1
            self.load[move.lost] -= 1
        for move, seat in zip(moves, seats, strict=True):
            merit = self.problem.merit[move.proposal]
            self.seat[divmod(seat, self.width)] = move.gained
            self.score[move.proposal] += int(merit[move.gained]) - int(merit[move.lost])
            self._hold(move.gained, seat)
            self.load[move.gained] += 1

    def _hold(self, reviewer: int, seat: int) -> None:
        holders = self.holders[reviewer]
        holders[int(np.flatnonzero(holders < 0)[0])] = seat


def raise_the_worst(
    problem: Problem, pairs: list[Pair], prices: Ints, *, bound: int, freezes: int = 1
) -> list[Pair]:
    """Return pairs whose worst proposal score cannot be raised by exchange paths.

    `bound` is an upper bound on the worst score (stop when reached), `freezes` how many proposals
    may get stuck before the search ends (1: max-min, more: towards leximin).
    """
    seating = Seating(problem, pairs, prices)
    open_rows = np.flatnonzero(problem.demand > 0)
    frozen: dict[int, int] = {}
    while len(frozen) < min(freezes, len(open_rows)):
        left = np.setdiff1d(open_rows, list(frozen))
        worst = int(left[seating.score[left].argmin()])
        if freezes == 1 and seating.score[worst] >= bound:
            break
        moves = _way_up(seating, worst, bound, frozen)
        if moves:
            seating.commit(moves)
        else:
            frozen[worst] = int(seating.score[worst])
    return seating.pairs()


def _way_up(seating: Seating, worst: int, bound: int, frozen: dict[int, int]) -> list[Move]:
    """Try to reach the bound at once, then a step towards it, then any step up for the worst.

    The first two leave nobody below the bound worse off; the last lets others sink to the new
    worst score.
    """
    goal = int(seating.score[worst]) + 1
    nobody_worse = np.minimum(seating.score, max(bound, goal))
    anybody = np.full_like(seating.score, goal)
    for row, score in frozen.items():
        anybody[row] = min(goal, score)
    for floor, least in ((nobody_worse, max(bound, goal)), (nobody_worse, goal), (anybody, goal)):
        raised = floor.copy()
        raised[worst] = least
        seating.hold_up(raised)
        moves = _cheapest_path(seating, worst)
        if moves:
            return moves
    return []


def _cheapest_path(seating: Seating, proposal: int) -> list[Move]:
    best, moves = int(_NEVER), list[Move]()
    for seat in seating.movable(proposal):
        cost, found = _Search(seating, seat).run(best)
        if cost < best:
            best, moves = cost, found
    return moves


class _Search:
    """Dijkstra over seats given up, starting from one; costs are merit lost, by dual prices."""

    def __init__(self, seating: Seating, start: int) -> None:
        self.seating, self.start = seating, start
        proposal, slot = divmod(start, seating.width)
        self.first = int(seating.seat[proposal, slot])
        self.relieved = bool(seating.load[self.first] > seating.problem.min_load[self.first])
        size = seating.seat.size
        self.cost = np.full(size, _NEVER)
        self.open = np.full(size, _NEVER)
        self.before = np.empty_like(self.cost)
        self.passed = np.zeros(len(seating.seat), dtype=np.bool_)
        self.cost[start] = self.open[start] = seating.prices[self.first]

    def run(self, best: int) -> tuple[int, list[Move]]:
        """Return the cheapest path below `best`, if there is one."""
        moves: list[Move] = []
        while (cost := self.open[seat := int(self.open.argmin())]) < best:
            self.open[seat] = _NEVER
            for ended, gained in self._expand(seat, int(cost)):
                if ended < best:
                    best, moves = ended, self._moves(seat, gained)
        return best, moves

    def _expand(self, seat: int, cost: int) -> list[tuple[int, int]]:
        """Look at every reviewer the proposal may take; return the cheapest end, if there is one.

        Its cost, and who is taken there.
        """
        seating = self.seating
        takers, loss = seating.ways(seat)
        reached = cost + loss
        room = seating.load[takers] < seating.problem.max_load[takers]
        ends = (takers == self.first) | (room & self.relieved)
        self._push(seat, takers[~ends], reached[~ends])
        if not ends.any():
            return []
        ending = (reached - seating.prices[takers])[ends]
        pick = int(ending.argmin())
        return [(int(ending[pick]), int(takers[ends][pick]))]

    def _push(self, seat: int, takers: Ints, reached: Ints) -> None:
        """Open the seats that somebody else would give up to set a taker free."""
        holders = self.seating.holders[takers]
        seats = holders.ravel()
        costs = np.repeat(reached, holders.shape[1])
        better = np.flatnonzero((seats >= 0) & (costs < self.cost[seats]))
        if not better.size:
            return
        on_path = [step // self.seating.width for step in self._steps(seat)]
        self.passed[on_path] = True
        better = better[~self.passed[seats[better] // self.seating.width]]
        self.passed[on_path] = False
        seats, costs = seats[better], costs[better]
        self.cost[seats] = self.open[seats] = costs
        self.before[seats] = seat

    def _steps(self, seat: int) -> list[int]:
        steps = [seat]
        while steps[-1] != self.start:
            steps.append(int(self.before[steps[-1]]))
        return steps[::-1]

    def _moves(self, seat: int, gained: int) -> list[Move]:
        places = [divmod(step, self.seating.width) for step in self._steps(seat)]
        lost = [int(self.seating.seat[place]) for place in places]
        return [
            Move(proposal, mine, takes)
            for (proposal, _), mine, takes in zip(places, lost, [*lost[1:], gained], strict=True)
        ]
