"""Published rules that put proposals with exactly the same total in an order."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import NamedTuple, Protocol

from scoring.errors import InputError
from scoring.weighting import Place, Scale

SortKey = tuple[int, Fraction, str]
WholeKey = tuple[int, int, str]


class TieRule(Protocol):
    """A rule with a name a person can read; the smaller key goes first."""

    @property
    def name(self) -> str: ...

    def key(self, proposal: str) -> SortKey: ...


@dataclass(frozen=True)
class CriterionMean:
    """The better mean of one criterion goes first; a criterion nobody judged goes last."""

    criterion: str
    means: Mapping[str, Fraction | None]
    scale: Scale

    @property
    def name(self) -> str:
        return f"mean of {self.criterion}"

    def key(self, proposal: str) -> SortKey:
        mean = self.means.get(proposal)
        return (1, Fraction(0), "") if mean is None else (0, -self.scale.merit(mean), "")


@dataclass(frozen=True)
class SmallestSpread:
    """The proposal whose reviewers agree more goes first (highest minus lowest review total)."""

    spreads: Mapping[str, Fraction | None]
    name: str = "smallest spread"

    def key(self, proposal: str) -> SortKey:
        spread = self.spreads.get(proposal)
        return (1, Fraction(0), "") if spread is None else (0, spread, "")


@dataclass(frozen=True)
class HashOrder:
    """By SHA-256 of call id and proposal id: arbitrary, but fixed before any score is known."""

    call_id: str
    name: str = "SHA-256 of call and proposal id"

    def key(self, proposal: str) -> SortKey:
        return (0, Fraction(0), tie_hash(self.call_id, proposal))


def tie_rule(
    name: str,
    *,
    call_id: str,
    means: Mapping[str, Mapping[str, Fraction | None]],
    spreads: Mapping[str, Fraction | None],
    scale: Scale,
) -> TieRule:
    """Return the rule that a call names: `criterion:KEY`, `spread` or `hash`.

    `means` are the mean grades of every proposal by criterion, `spreads` those of review totals.
    Raises InputError for any other name.
    """
    kind, _, key = name.partition(":")
    if kind == "criterion" and key in means:
        return CriterionMean(key, means[key], scale)
    if name == "spread":
        return SmallestSpread(spreads)
    if name == "hash":
        return HashOrder(call_id)
    raise InputError(f"{name!r} is no rule for ties; use criterion:KEY, spread or hash")


class Standing(NamedTuple):
    """A proposal's final position, and the rule that separated it from those it was tied with.

    `decided_by` is "" where there was no tie and `None` where all rules leave it tied; proposals
    that stay tied share a `position`.
    """

    place: Place
    position: int
    decided_by: str | None


def tie_hash(call_id: str, *ids: str) -> str:
    """Return the hex SHA-256 of the call id and ids, each on a line of its own, in UTF-8."""
    return hashlib.sha256("\n".join((call_id, *ids)).encode()).hexdigest()


def break_ties(places: Sequence[Place], rules: Sequence[TieRule]) -> list[Standing]:
    """Return the final order: each rule in turn acts on those the rules before left tied.

    The places keep their shared rank: an order made by a rule is never shown as a difference in
    merit.
    """
    standings: list[Standing] = []
    for _, group in groupby(places, key=lambda place: place.rank):
        equals = list(group)
        parts = [(equals, "")] if len(equals) == 1 else _split(equals, rules)
        for members, decided_by in parts:
            position = len(standings) + 1
            name = decided_by if len(members) == 1 else None
            standings += [Standing(place, position, name) for place in members]
    return standings


def _split(equals: list[Place], rules: Sequence[TieRule]) -> list[tuple[list[Place], str]]:
    """Return parts in order, each with the name of the last rule that had to be asked."""
    if not rules:
        return [(equals, "")]
    rule, *others = rules

    keys = _whole({place.id: rule.key(place.id) for place in equals})

    def key(place: Place) -> WholeKey:
        return keys[place.id]

    parts: list[tuple[list[Place], str]] = []
    for _, group in groupby(sorted(equals, key=key), key=key):
        members = list(group)
        parts += [(members, rule.name)] if len(members) == 1 else _split(members, others)
    return parts


def _whole(keys: Mapping[str, SortKey]) -> dict[str, WholeKey]:
    """Return keys of the same order on one denominator: whole numbers are compared far faster."""
    common = lcm(*(value.denominator for _, value, _ in keys.values()))
    return {
        proposal: (first, value.numerator * (common // value.denominator), last)
        for proposal, (first, value, last) in keys.items()
    }
