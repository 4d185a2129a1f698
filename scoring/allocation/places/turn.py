"""Where a proposal would have to stand for another decision."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """At which place a decision turns, all others keeping their order.

    `place`: where it stands, 1 for the best. `turns_at`: the place of `other`. Not funded: it would
    be, with some amount, right above that one and not below it. Funded: right below that one it
    would not get the same amount any more, and above it it does. Both None where no place changes
    the decision (a rule makes it, or the money does for all), and where it is forced.
    """

    id: str
    funded: bool
    place: int
    turns_at: int | None = None
    other: str | None = None


__all__ = ["Turn"]
