"""At which place in the order each decision of a call's rule turns."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from scoring.allocation.decide import Rule, programme_of
from scoring.allocation.entry import Entry
from scoring.allocation.places.plain import turns_by_rank
from scoring.allocation.places.turn import Turn
from scoring.allocation.programme import Objective
from scoring.errors import InputError

Progress = Callable[[int, int], None]


def turns_of(
    entries: Sequence[Entry], rule: Rule, *, progress: Progress | None = None
) -> list[Turn]:
    """Return for every entry, best first, where in the order its decision turns.

    Places count all entries. For rank order, with or without quotas; where a sum is the highest,
    `margins` tells how far each decision is from turning. Raises InputError, and ImpossibleError
    where the rules cannot hold together.
    """
    if rule.objective is not Objective.RANK:
        raise InputError("places decide in rank order alone; ask for the margins of this objective")
    if rule.is_plain:
        return turns_by_rank(
            entries,
            rule.budget_minor,
            when_unaffordable=rule.when_unaffordable,
            threshold=rule.threshold,
            contributions=rule.contributions or None,
            progress=progress,
        )
    from scoring.allocation.places.ruled import turns_under_rules  # noqa: PLC0415 - numpy

    places = {entry.id: place for place, entry in enumerate(entries, start=1)}
    found = {
        one.id: replace(
            one,
            place=places[one.id],
            turns_at=None if one.other is None else places[one.other],
        )
        for one in turns_under_rules(programme_of(entries, {}, rule), progress=progress)
    }
    return [
        found.get(entry.id, Turn(entry.id, funded=False, place=places[entry.id]))
        for entry in entries
    ]


__all__ = ["turns_of"]
