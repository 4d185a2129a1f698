"""What a panel recommends, held against what the rule gives: only what differs is a departure."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.allocation.computing import Data
from app.allocation.models import Decision
from app.allocation.service import Departure
from app.calls.models import Call
from app.core.words import _
from app.panels import queries as panels


@dataclass(frozen=True, slots=True)
class Advised:
    """One recommendation; `changes` where the rule gives something else."""

    number: str
    decision: Decision
    amount_minor: int
    reason: str
    changes: bool

    def as_departure(self) -> Departure:
        said = _("The panel recommends it: %(reason)s", reason=self.reason)
        return Departure(self.number, self.decision, self.amount_minor, said)


def of_panel(call: Call) -> list[Advised]:
    """Return all that the approved minutes recommend beside the rule."""
    return beside(call, [])


def beside(call: Call, lines: Iterable[Data]) -> list[Advised]:
    """Return what the approved minutes recommend beside what `lines` give."""
    given = {line["proposal"]: (line["decision"], line["amount_minor"]) for line in lines}
    return [
        Advised(
            one.number,
            decision := Decision(one.recommendation),
            amount := _amount(one, decision),
            one.reason,
            changes=given.get(one.number) != (decision.value, amount),
        )
        for one in panels.advice_in(call.id)
    ]


def _amount(one: panels.Advice, decision: Decision) -> int:
    if decision is not Decision.AWARD:
        return 0
    return one.amount_minor or one.requested_minor
