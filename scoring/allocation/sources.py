"""Which contribution pays which award, to the minor unit and never over any pot."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Self

from scoring.allocation.entry import whole_minor
from scoring.errors import InputError

_Path = list[tuple[int, str]]
_SHOWN = 5  # names in a sentence before it says how many more

Earmark = Mapping[str, str | tuple[str, ...] | list[str]]


@dataclass(frozen=True, slots=True)
class Contribution:
    """A pot of `amount_minor` whole minor units.

    The earmark names attributes and the value, or the values, that the proposal must have; an
    empty earmark pays for anything.
    """

    id: str
    amount_minor: int
    earmark: Earmark = field(default_factory=dict)

    def __post_init__(self) -> None:
        whole_minor(self.amount_minor, f"amount_minor of contribution {self.id}")

    def may_pay(self, attributes: Mapping[str, str]) -> bool:
        """Say whether money of this pot may go to a proposal with these attributes."""
        return all(
            attributes.get(key) == wanted
            if isinstance(wanted, str)
            else attributes.get(key) in wanted
            for key, wanted in self.earmark.items()
        )


@dataclass(frozen=True, slots=True)
class Award:
    """An amount that some contributions have to pay."""

    id: str
    amount_minor: int
    attributes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        whole_minor(self.amount_minor, f"amount_minor of award {self.id}")


class Pots:
    """Contributions being promised one award after another, re-routed where earmarks meet.

    Contributions with one earmark are one class; a maximum flow from classes to awards says
    exactly whether the next award can still be paid when earlier ones are moved between pots.
    """

    def __init__(self, contributions: Sequence[Contribution]) -> None:
        refuse_repeats((pot.id for pot in contributions), "contribution")
        self._classes = _classes(contributions)
        self._free = [sum(pot.amount_minor for pot in pots) for pots in self._classes]
        self._paid: list[dict[str, int]] = [{} for _ in self._classes]
        self._payers: dict[str, tuple[int, ...]] = {}
        self._pushed: list[tuple[_Path, int]] = []  # for the last award

    def copy(self) -> Self:
        """Return the same pots, to be promised in another way."""
        found = copy(self)
        vars(found).update(
            _free=[*self._free],
            _paid=[{**paid} for paid in self._paid],
            _payers={**self._payers},
            _pushed=[],
        )
        return found

    def promise(self, award: Award) -> bool:
        """Promise the whole amount, or leave everything as it was and say no."""
        if self._pay(award) == 0:
            return True
        self._undo()
        return False

    def release(self, name: str) -> None:
        """Take back what is promised to an award, from whichever pots it is promised now."""
        for index, paid in enumerate(self._paid):
            self._free[index] += paid.pop(name, 0)

    def room_for(self, award: Award) -> int:
        """Return how much of the award could still be promised, in minor units."""
        room = award.amount_minor - self._pay(award)
        self._undo()
        return room

    def short_of(self, award: Award) -> tuple[set[str], set[str], int]:
        """Say why a refused award cannot be paid: the awards and the pots that are bound together.

        The closed set of max-flow/min-cut: those awards may be paid by those contributions only,
        which together hold too little. The third value is how much is missing.
        """
        missing = self._pay(award)
        awards, classes, queue = {award.id}, set[int](), [award.id]
        while queue:
            for index in self._payers[queue.pop()]:
                if index not in classes:
                    classes.add(index)
                    queue += [name for name in self._paid[index] if name not in awards]
                    awards |= set(self._paid[index])
        self._undo()
        pots = {pot.id for index in classes for pot in self._classes[index]}
        return awards, pots, missing

    def sources(self, awards: Sequence[Award]) -> dict[str, dict[str, int]]:
        """Split each promised award over single contributions, pro rata within a class.

        Largest remainder on what is left of each pot, so every pot and every award closes exactly.
        """
        split: dict[str, dict[str, int]] = {award.id: {} for award in awards}
        for pots, paid in zip(self._classes, self._paid, strict=True):
            names = [pot.id for pot in pots]
            left = largest_remainder(sum(paid.values()), [pot.amount_minor for pot in pots])
            for award in awards:
                shares = largest_remainder(paid.get(award.id, 0), left)
                split[award.id] |= {
                    name: share for name, share in zip(names, shares, strict=True) if share
                }
                left = [was - share for was, share in zip(left, shares, strict=True)]
        return {name: dict(sorted(shares.items())) for name, shares in split.items()}

    def _permitted(self, award: Award) -> tuple[int, ...]:
        return tuple(
            index for index, pots in enumerate(self._classes) if pots[0].may_pay(award.attributes)
        )

    def _pay(self, award: Award) -> int:
        """Pay as much as possible along augmenting paths; return what is missing."""
        self._payers[award.id] = self._permitted(award)
        self._pushed.clear()
        missing = award.amount_minor
        while missing and (path := self._path_to(award.id)):
            missing -= self._push(path, missing)
        return missing

    def _path_to(self, target: str) -> _Path | None:
        """Find classes that step in for each other, from one with free money down to the target.

        Each step (class, award) means: the class pays more of that award.
        """
        paths: list[_Path] = [[(index, target)] for index in self._payers[target]]
        seen = {path[0][0] for path in paths}
        for path in paths:  # grows while it is read: breadth first
            index = path[0][0]
            if self._free[index]:
                return path
            for name in self._firsts(index):
                for other in self._payers[name]:
                    if other not in seen:
                        seen.add(other)
                        paths.append([(other, name), *path])
        return None

    def _firsts(self, index: int) -> list[str]:
        """Return of the awards that a class pays the first of each kind, by who else may pay it:
        whoever may step in for a later one of its kind may step in for the first."""
        firsts: dict[tuple[int, ...], str] = {}
        for name in self._paid[index]:
            kind = self._payers[name]
            first = firsts.get(kind)
            if first is None or name < first:
                firsts[kind] = name
        return sorted(firsts.values())

    def _push(self, path: _Path, wanted: int) -> int:
        # the class of each step hands the next step's award over, after being relieved of its own
        amount = min(
            wanted,
            self._free[path[0][0]],
            *(self._paid[index][name] for index, name in _handovers(path)),
        )
        self._move(path, amount)
        self._pushed.append((path, amount))
        return amount

    def _undo(self) -> None:
        """Take back all that was pushed for the last award."""
        while self._pushed:
            path, amount = self._pushed.pop()
            self._move(path, -amount)

    def _move(self, path: _Path, amount: int) -> None:
        self._free[path[0][0]] -= amount
        for index, name in path:
            self._add(index, name, amount)
        for index, name in _handovers(path):
            self._add(index, name, -amount)

    def _add(self, index: int, name: str, amount: int) -> None:
        paid = self._paid[index]
        paid[name] = paid.get(name, 0) + amount
        if not paid[name]:
            del paid[name]


def _handovers(path: _Path) -> list[tuple[int, str]]:
    """Return which class is relieved of which award, by the step before it."""
    return [(later[0], name) for (_, name), later in itertools.pairwise(path)]


def split_over_contributions(
    awards: Sequence[Award], contributions: Sequence[Contribution]
) -> dict[str, dict[str, int]]:
    """Return {award: {contribution: minor units}}; no pot is overdrawn.

    Every award is paid exactly. Rule: money with the narrowest earmark is spent first (as in
    restricted-fund accounting), contributions with the same earmark pay in proportion to their size
    by largest remainder, ties by id. Raises InputError naming the awards and the contributions
    when earmarks make it impossible.
    """
    refuse_repeats((award.id for award in awards), "award")
    pots = Pots(contributions)
    for award in awards:
        if not pots.promise(award):
            names, payers, missing = pots.short_of(award)
            raise InputError(
                f"the awards {_listed(names)} may be paid only by "
                f"{_listed(payers) or 'no contribution'}, which is {missing} minor units short; "
                "widen an earmark, add money or lower an award"
            )
    return pots.sources(awards)


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Share a whole total in proportion to whole weights.

    Leftover units go to the largest remainders (Hamilton), ties to the first. No share exceeds its
    weight when total <= sum of weights.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    rest = [total * weight % whole for weight in weights]
    first = sorted(range(len(weights)), key=lambda index: (-rest[index], index))
    for index in first[: total - sum(shares)]:
        shares[index] += 1
    return shares


def refuse_repeats(ids: Iterable[str], what: str) -> None:
    """Refuse a list in which one id stands twice."""
    seen: set[str] = set()
    for row, name in enumerate(ids, start=1):
        if name in seen:
            raise InputError(
                f"{what} {name} stands twice (second time in row {row}); ids are unique"
            )
        seen.add(name)


def _classes(contributions: Sequence[Contribution]) -> list[list[Contribution]]:
    """Group contributions with one earmark; narrowest first, so restricted money goes first."""
    groups: dict[tuple[tuple[str, tuple[str, ...]], ...], list[Contribution]] = {}
    for pot in sorted(contributions, key=lambda pot: pot.id):
        groups.setdefault(_normal(pot.earmark), []).append(pot)
    narrow_first = sorted(
        groups, key=lambda key: (-len(key), sum(len(values) for _, values in key), key)
    )
    return [groups[key] for key in narrow_first]


def _normal(earmark: Earmark) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (key, (values,) if isinstance(values, str) else tuple(sorted(set(values))))
        for key, values in sorted(earmark.items())
    )


def _listed(names: Iterable[str]) -> str:
    ordered = sorted(names)
    more = len(ordered) - _SHOWN
    return ", ".join(ordered[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
