"""Randomised assignment: no pair is likelier than a cap, so nobody can arrange to be chosen."""

from dataclasses import dataclass
from fractions import Fraction

from scoring.assignment.network import Network, Optimum, solve
from scoring.assignment.problem import Pair, Problem
from scoring.draw.stream import Stream
from scoring.errors import InputError

_FINEST = 1_000_000
_Node = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Chances:
    """Exact probabilities of pairs, and the assignment sampled from them.

    `expected` is the mean total merit in millionths; `bound` the proven maximum of that mean.
    """

    probabilities: dict[Pair, Fraction]
    pairs: list[Pair]
    expected: Fraction
    bound: Fraction
    optimum: Optimum


def cap_of(value: Fraction) -> Fraction:
    """Check a probability cap: above 0 and at most 1, written to a millionth at the finest."""
    if not 0 < value <= 1:
        raise InputError(f"the cap is {float(value)}; give a probability above 0 and at most 1")
    return value.limit_denominator(_FINEST)


def assign_by_chance(
    problem: Problem, cap: Fraction, seed: str, *, engine: str | None = None
) -> Chances | None:
    """Maximise expected merit with every pair's probability <= cap, then sample; None: impossible.

    The linear programme of Jecmen et al. (NeurIPS 2020), in whole units of 1/denominator of the
    cap, so probabilities are exact fractions. Sampling is dependent rounding (Gandhi, Khuller,
    Parthasarathy, Srinivasan, J. ACM 53 (2006)) with exact fractions from the seed's stream:
    every probability is kept, every demand met exactly, every load kept within its limits.
    """
    units = cap.denominator
    found = solve(
        Network(
            problem.merit,
            problem.allowed,
            problem.demand * units,
            problem.min_load * units,
            problem.max_load * units,
            capacity=cap.numerator,
        ),
        engine=engine,
    )
    if found is None:
        return None
    probabilities = {
        (int(i), int(j)): Fraction(int(part), units)
        for i, j, part in zip(found.row, found.column, found.units, strict=True)
    }
    return Chances(
        probabilities=probabilities,
        pairs=sampled(probabilities, Stream(seed.encode(), "assignment")),
        expected=Fraction(found.total, units),
        bound=Fraction(found.bound, units),
        optimum=found,
    )


def sampled(probabilities: dict[Pair, Fraction], stream: Stream) -> list[Pair]:
    """Round along cycles and maximal paths of uncertain pairs until every pair is in or out."""
    value = dict(probabilities)
    links: dict[_Node, list[Pair]] = {}
    for pair in sorted(value):
        if value[pair] != 1:
            for node in _ends(pair):
                links.setdefault(node, []).append(pair)
    while links:
        walk = _walk(links)
        _shift(value, walk, stream)
        for pair in walk:
            if value[pair] in (0, 1):
                for node in _ends(pair):
                    links[node].remove(pair)
        links = {node: pairs for node, pairs in links.items() if pairs}
    return sorted(pair for pair, chance in value.items() if chance == 1)


def _ends(pair: Pair) -> tuple[_Node, _Node]:
    return ("proposal", pair[0]), ("reviewer", pair[1])


def _walk(links: dict[_Node, list[Pair]]) -> list[Pair]:
    """Return a cycle, or a path that starts and ends where only one uncertain pair is left."""
    node = min(links, key=lambda end: (min(len(links[end]), 2), end))
    seen, walk = {node: 0}, list[Pair]()
    while True:
        further = [pair for pair in links[node] if not walk or pair != walk[-1]]
        if not further:
            return walk
        walk.append(further[0])
        one, other = _ends(further[0])
        node = other if node == one else one
        if node in seen:
            return walk[seen[node] :]
        seen[node] = len(walk)


def _shift(value: dict[Pair, Fraction], walk: list[Pair], stream: Stream) -> None:
    """Raise every other pair and lower the rest, or the reverse, so that each mean stays."""
    up, down = walk[::2], walk[1::2]
    rise = min([1 - value[pair] for pair in up] + [value[pair] for pair in down])
    fall = min([value[pair] for pair in up] + [1 - value[pair] for pair in down])
    chance = fall / (rise + fall)
    step = rise if stream.below(chance.denominator) < chance.numerator else -fall
    for pair in up:
        value[pair] += step
    for pair in down:
        value[pair] -= step
