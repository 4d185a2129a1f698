"""Which sums of money the contributions can pay: limits on awards in place of flows of money.

By max-flow/min-cut money can be split over the contributions if, for every union C of sets of
contributions that may pay some proposals, the proposals that only C may pay get no more than C
holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scoring.allocation.sources import Award, Contribution, Pots

MOST = 300  # limits stated from the outset
_UNIONS = 20_000
Payers = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """The proposals that only these contributions may pay get no more than they hold."""

    payers: Payers
    capacity_minor: int

    def binds(self, payers: Payers) -> bool:
        """Say whether proposals that some contributions may pay count towards it."""
        return set(payers) <= set(self.payers)


def payable_limits(
    pots: Sequence[Contribution], asked: Mapping[Payers, int], budget_minor: int
) -> tuple[list[Limit], bool]:
    """Return limits, and whether they suffice; if not, `broken_limit` finds the others.

    `asked` names for each set of contributions that may pay some proposals (their places in
    `pots`) how much those could be given at most. Left out are unions that hold enough for
    anything, and those that fall into parts with nothing in common.
    """
    held = {_bits(payers): most for payers, most in asked.items()}
    unions, all_told = _unions(held)
    found = []
    for union in sorted(unions):
        inside = [mask for mask in held if mask | union == union and (mask or not union)]
        limit = _limit(pots, union)
        most = sum(held[mask] for mask in inside)
        if limit.capacity_minor < min(budget_minor, most) and _hangs_together(inside):
            found.append((limit.capacity_minor - most, limit))
    found.sort(key=lambda one: (one[0], one[1].payers))
    return [limit for _, limit in found[:MOST]], all_told and len(found) <= MOST


def broken_limit(
    pots: Sequence[Contribution],
    given: Mapping[Payers, int],
    attributes: Mapping[Payers, Mapping[str, str]],
) -> Limit | None:
    """Return a limit that some money breaks, by the groups that may be paid alike; None: none.

    `attributes` are those of some proposal of each group.
    """
    places = {pot.id: at for at, pot in enumerate(pots)}
    promised = Pots(pots)
    for payers, money in sorted(given.items()):
        award = Award(str(payers), money, attributes[payers])
        if not promised.promise(award):
            _, names, _ = promised.short_of(award)
            return _limit(pots, _bits(places[name] for name in names))
    return None


def _unions(masks: Iterable[int]) -> tuple[set[int], bool]:
    """Return all unions of some sets, and whether these are all."""
    unions = set(masks)
    for mask in sorted(unions):
        more = {mask | union for union in unions}
        if len(unions | more) > _UNIONS:
            return unions, False
        unions |= more
    return unions, True


def _limit(pots: Sequence[Contribution], union: int) -> Limit:
    payers = tuple(at for at in range(len(pots)) if union >> at & 1)
    return Limit(payers, sum(pots[at].amount_minor for at in payers))


def _bits(payers: Iterable[int]) -> int:
    return sum(1 << at for at in payers)


def _hangs_together(masks: Sequence[int]) -> bool:
    """Say whether sets cannot be told into two lots that share no contribution."""
    reached, left = masks[0], list(masks[1:])
    while met := [mask for mask in left if mask & reached]:
        reached |= met[0]
        left.remove(met[0])
    return not left


__all__ = ["Limit", "Payers", "broken_limit", "payable_limits"]
