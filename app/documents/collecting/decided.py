"""The decision that is released, with all that its documents have in common, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.allocation import queries as allocations
from app.allocation.computing import Data
from app.allocation.models import Allocation, SignOff, SignOffAct
from app.allocation.publishing import Decision
from app.allocation.queries import LineRow
from app.allocation.releasing import Release
from app.awards import queries as awards
from app.awards.models import Award
from app.awards.queries import Applied
from app.calls import queries as calls
from app.calls.models import Call, Criterion
from app.core import clock
from app.core.money import Money
from app.core.settings import settings
from app.core.words import _
from app.documents import facts
from app.documents.collecting.decision import decision_of


@dataclass(frozen=True, slots=True)
class Decided:
    """`decision` holds what was computed, `bundle` what is published of it; everything else is
    how the tables tell it."""

    call: Call
    allocation: Allocation
    lines: Sequence[LineRow]
    criteria: Sequence[Criterion]
    signatures: Sequence[SignOff]
    awards: Mapping[str, Award]  # by proposal id
    applied: Mapping[str, Applied]  # of the funded, by proposal id
    decision: Decision
    bundle: Data

    @property
    def released_at(self) -> datetime:
        return self.call.released_at or clock.now()

    def money(self, minor: int) -> Money:
        return Money(minor, self.call.currency)

    def places(self) -> dict[str, Data]:
        return self.decision.places()

    def issue(self, reference: str) -> facts.Issue:
        return issue(reference, self.call, self.released_at)

    def proposed(self) -> facts.Approval:
        return self._approvals(SignOffAct.PROPOSE, _("Programme officer"))[0]

    def approved(self) -> tuple[facts.Approval, ...]:
        return self._approvals(SignOffAct.APPROVE, _("Approver"))

    def _approvals(self, act: SignOffAct, role: str) -> tuple[facts.Approval, ...]:
        return tuple(
            facts.Approval(signed.name, role, signed.signed_at)
            for signed in self.signatures
            if signed.act is act and signed.sha256 == self.allocation.sha256
        )


def issue(reference: str, call: Call, at: datetime) -> facts.Issue:
    config = settings()
    return facts.Issue(
        reference=reference,
        language="en",
        zone=call.zone,
        at=at,
        issuer=config.organisation,
        verify_url=f"{config.base_url.rstrip('/')}/verify",
    )


def about_call(call: Call) -> facts.Call:
    """Name the call; one that is a demonstration says so on every page."""
    title = _("%(title)s (fictional demonstration)", title=call.title)
    return facts.Call(call.code, title if call.fictional else call.title, call.currency)


def decided(release: Release) -> Decided:
    """Read the decision and compute it once more; what does not come out again is refused."""
    call, allocation = release.call, release.allocation
    decision, bundle = decision_of(call, allocation, release.lines, release.prepared)
    made = awards.awards_of(call.id)
    return Decided(
        call=call,
        allocation=allocation,
        lines=release.lines,
        criteria=calls.criteria_of(call.id),
        signatures=allocations.signatures_of(allocation.id),
        awards={award.proposal_id: award for award in made},
        applied=awards.applied([award.proposal_id for award in made]),
        decision=decision,
        bundle=bundle,
    )
