"""The decision that is released, with all that its documents have in common, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.allocation import queries as allocations
from app.allocation.computing import Data
from app.allocation.models import Allocation, Ranking, SignOff, SignOffAct
from app.allocation.queries import LineRow
from app.allocation.releasing import Release
from app.awards import queries as awards
from app.awards.models import Award
from app.awards.queries import Applied
from app.calls import queries as calls
from app.calls.models import Call, Criterion
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.money import Money
from app.core.settings import settings
from app.core.verdict import refused
from app.core.words import _
from app.documents import bundle, facts


@dataclass(frozen=True, slots=True)
class Decided:
    """`bundle` holds what was computed; everything else is how the tables tell it."""

    call: Call
    allocation: Allocation
    lines: Sequence[LineRow]
    criteria: Sequence[Criterion]
    signatures: Sequence[SignOff]
    awards: Mapping[str, Award]  # by proposal id
    applied: Mapping[str, Applied]  # of the funded, by proposal id
    bundle: Data

    @property
    def released_at(self) -> datetime:
        return self.call.released_at or clock.now()

    def money(self, minor: int) -> Money:
        return Money(minor, self.call.currency)

    def places(self) -> dict[str, Data]:
        return {place["proposal"]: place for place in self.bundle["ranking"]["places"]}

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
    return facts.Call(call.code, call.title, call.currency)


def decided(release: Release) -> Decided:
    """Read the decision and compute it once more; what does not come out again is refused."""
    call, allocation = release.call, release.allocation
    ranking = db.session.get_one(Ranking, allocation.ranking_id)
    computed = bundle.made(
        call=_call_part(call),
        inputs=ranking.inputs,
        ranking=ranking.result,
        rule=allocation.rule,
        departures=[_departure(row) for row in release.lines if row.line.departure],
    )
    if computed["hashes"]["allocation"] != allocation.sha256 or bundle.differences(computed):
        enforce(
            refused(
                _(
                    "The decision does not come out again from what was kept of it, so it is "
                    "not released. Ask for the ledger to be checked."
                )
            )
        )
    made = awards.awards_of(call.id)
    return Decided(
        call=call,
        allocation=allocation,
        lines=release.lines,
        criteria=calls.criteria_of(call.id),
        signatures=allocations.signatures_of(allocation.id),
        awards={award.proposal_id: award for award in made},
        applied=awards.applied([award.proposal_id for award in made]),
        bundle=computed,
    )


def _call_part(call: Call) -> Data:
    return {
        "code": call.code,
        "title": call.title,
        "currency": call.currency,
        "rules_sha256": call.rules_sha256,
        "closed_at": clock.to_text(call.closes_at),
    }


def _departure(row: LineRow) -> Data:
    return {
        "proposal": row.number,
        "decision": row.line.decision.value,
        "amount_minor": row.line.amount_minor,
        "reason": row.line.departure,
    }
