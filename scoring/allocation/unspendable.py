"""Contributions whose earmark fits fewer proposals than they hold money for."""

from collections.abc import Iterator

from scoring.allocation.programme import Programme


def unspendable(programme: Programme) -> Iterator[str]:
    """Yield a sentence for each earmarked contribution that its applicants could never use up."""
    for pot in programme.contributions:
        asked = sum(one.ask_minor for one in programme.candidates if pot.may_pay(one.attributes))
        if pot.earmark and asked < pot.amount_minor:
            yield (
                f"contribution {pot.id} holds {pot.amount_minor} minor units, but the proposals "
                f"its earmark fits ask for {asked} together; "
                f"{pot.amount_minor - asked} stay unspent"
            )
