"""Releasing: proposed by one person, confirmed by another, then visible all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.accounts.actor import Actor
from app.allocation import policy, queries, releasing, rules, tracing, why
from app.allocation.computing import Data
from app.allocation.events import ReleaseProposed, ResultsReleased
from app.allocation.models import (
    Allocation,
    AllocationState,
    Calibration,
    Decision,
    Feedback,
    Outcome,
    SignOffAct,
)
from app.allocation.queries import LineRow
from app.allocation.releasing import Release
from app.allocation.service.preparing import (
    ask_for_preparation,
    can_release_prepared,
    prepared_for,
)
from app.allocation.service.signing import ranking_of, sign
from app.allocation.service.standing import money_stands, nobody_left
from app.calls import queries as calls
from app.calls.models import Call, CallState, Moment
from app.calls.sealing import can_name_applicants
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.words import _
from app.funds import service as funding
from app.ledger.service import record
from app.proposals import queries as proposals
from app.proposals.models import Proposal, ProposalState
from app.proposals.queries import Judged

STATES = {
    Decision.AWARD: ProposalState.AWARDED,
    Decision.RESERVE: ProposalState.RESERVE,
    Decision.DECLINE: ProposalState.DECLINED,
}

# Handed in, and yet without a place when the results are released
UNRANKED = (ProposalState.ELIGIBLE, ProposalState.SUBMITTED, ProposalState.RETURNED)


def propose_release(actor: Actor, call: Call, allocation: Allocation) -> None:
    """Ask for the release of what is approved; it waits for another person, and tells nobody."""
    enforce(policy.may_take_part(actor, call))
    hold(call, allocation)
    signatures = queries.signed(queries.signatures_of(allocation.id))
    approved = rules.approvals(signatures, allocation.sha256)
    enforce(rules.can_release(allocation.state, approved, call.approvals_needed))
    enforce(rules.can_propose_release(signatures, allocation.sha256))
    enforce(nobody_left(call, ranking_of(allocation)))
    enforce(money_stands(call, allocation))
    sign(actor, allocation, SignOffAct.PROPOSE_RELEASE)
    ask_for_preparation(allocation)
    record(
        actor,
        ReleaseProposed(number=allocation.number, content_sha256=allocation.sha256),
        about=allocation,
    )


def release(actor: Actor, call: Call, allocation: Allocation, *, may_compute: bool = False) -> None:
    """Make the outcome visible: to applicants, funders and the public, all in one transaction.

    No timer, default or restart comes here: only a person, after the approvals the call needs,
    and after another person has proposed the release. What takes a solver was prepared by a job
    (preparing.py); a command, which has no worker, may compute it where it stands.
    """
    enforce(policy.may_take_part(actor, call))
    hold(call, allocation)
    enforce(can_name_applicants(call))
    signatures = queries.signed(queries.signatures_of(allocation.id))
    approved = rules.approvals(signatures, allocation.sha256)
    enforce(rules.can_release(allocation.state, approved, call.approvals_needed))
    enforce(rules.can_confirm(signatures, actor.id, allocation.sha256))
    ranking = ranking_of(allocation)
    enforce(nobody_left(call, ranking))
    enforce(money_stands(call, allocation))
    prepared = prepared_for(allocation)
    if not may_compute:
        enforce(can_release_prepared(allocation))
    lines = queries.lines_of(allocation.id)
    unranked = proposals.in_review(call.id, *UNRANKED)
    unranked = [p for p in unranked if p.number not in {row.number for row in lines}]
    _tell_outcomes(call, allocation.ranking_id, ranking, lines)
    _tell_unranked(call, len(ranking["places"]), unranked)
    db.session.flush()
    _publish_feedback(call)
    _promise_money(actor, call, lines)
    allocation.state = AllocationState.RELEASED
    call.state, call.released_at = CallState.RELEASED, clock.now()
    call.results = _public_counts(call, allocation, lines)
    sign(actor, allocation, SignOffAct.RELEASE)
    record(
        actor,
        ResultsReleased(
            number=allocation.number,
            content_sha256=allocation.sha256,
            awards=call.results["awards"],
            spent_minor=allocation.spent_minor,
            currency=allocation.currency,
        ),
        about=call,
    )
    for step in releasing.steps:
        step(actor, Release(call, allocation, ranking, lines, unranked, prepared))


def _promise_money(actor: Actor, call: Call, lines: Sequence[LineRow]) -> None:
    """Commit what each contribution pays; a pot that no longer has it stops the release."""
    for row in lines:
        if row.line.amount_minor and call.fund_id:
            funding.commit(actor, call.fund_id, row.number, row.line.sources)


def _tell_outcomes(call: Call, ranking_id: str, ranking: Data, lines: Sequence[LineRow]) -> None:
    told = _Told.of(call, ranking_id, ranking, lines)
    now = clock.now()
    for row in lines:
        proposal = db.session.get_one(Proposal, row.line.proposal_id)
        proposal.state = STATES[row.line.decision]
        db.session.add(
            Outcome(
                proposal_id=proposal.id,
                call_id=call.id,
                decision=row.line.decision,
                amount_minor=row.line.amount_minor,
                currency=call.currency,
                facts=told.facts(row),
                released_at=now,
            )
        )


@dataclass(frozen=True, slots=True)
class _Told:
    """What all applicants of a call are told of, read once."""

    call: Call
    places: Mapping[str, Data]
    funded: Sequence[Data]
    labels: Mapping[str, str]
    calibration: Calibration | None
    drawn: Data

    @classmethod
    def of(cls, call: Call, ranking_id: str, ranking: Data, lines: Sequence[LineRow]) -> "_Told":
        places = {place["proposal"]: place for place in ranking["places"]}
        draw = queries.draw_of(ranking_id)
        return cls(
            call,
            places,
            [places[row.number] for row in lines if row.line.decision is Decision.AWARD],
            {c.key: c.label for c in calls.criteria_of(call.id)},
            queries.calibration_of(ranking_id),
            draw.record if draw is not None and draw.held_at is not None else {},
        )

    def facts(self, row: LineRow) -> Data:
        """Return why one proposal got what it got: its own figures, and nobody else's."""
        place, made = self.places[row.number], self.calibration
        beside = why.beside_funded(place, self.funded)
        return {
            "total": place["shown"],
            "rank": place["rank"],
            "of": len(self.places),
            "means": {self.labels[key]: mean for key, mean in place["means"].items()},
            "funded": {self.labels[key]: quartiles for key, quartiles in beside.items()},
            "last_funded_total": why.line_shown(self.funded),
            "threshold": self.call.threshold,
            "interval": why.interval_of(made.result, made.places, row.number) if made else None,
            "draw": why.drawn(self.drawn, row.number),
            "reason": _with_criteria(row.line.reason, place, self.labels),
            "departure": row.line.departure,
            "tied_with": len(place["tied_with"]),
            "decided_by": place["decided_by"],
            "trace": tracing.trace(
                place,
                len(self.places),
                reason=row.line.reason,
                departure=row.line.departure,
                sources=(),
                labels=self.labels,
            ),
        }


def _with_criteria(reason: str, place: Data, labels: Mapping[str, str]) -> str:
    """Return a reason with the criteria on which the proposal misses what the call asks."""
    missed = [labels[key] for key in place.get("short_on", ())]
    return f"{reason} ({', '.join(missed)})" if missed else reason


def _tell_unranked(call: Call, ranked: int, unranked: Sequence[Judged]) -> None:
    """Decline what nobody could rank: whoever applied hears the end of it too."""
    for one in unranked:
        db.session.get_one(Proposal, one.id).state = ProposalState.DECLINED
        db.session.add(
            Outcome(
                proposal_id=one.id,
                call_id=call.id,
                decision=Decision.DECLINE,
                amount_minor=0,
                currency=call.currency,
                facts={
                    "total": "",
                    "rank": None,
                    "of": ranked,
                    "means": {},
                    "funded": {},
                    "last_funded_total": "",
                    "threshold": call.threshold,
                    "interval": None,
                    "draw": None,
                    "trace": [],
                    "reason": _("It has no review that counts, so it could not be ranked."),
                    "departure": "",
                    "tied_with": 0,
                    "decided_by": "",
                },
                released_at=clock.now(),
            )
        )


def _publish_feedback(call: Call) -> None:
    for said in queries.words_to_applicants(call.id):
        db.session.add(
            Feedback(
                proposal_id=said.proposal_id,
                letter=said.letter,
                grades=said.grades,
                reasons=said.reasons,
                comment=said.to_applicant,
                reviewer="" if call.reviewers_to_applicants is Moment.NEVER else said.reviewer,
            )
        )


def _public_counts(call: Call, allocation: Allocation, lines: Sequence[LineRow]) -> Data:
    awards = [row for row in lines if row.line.decision is Decision.AWARD]
    return {
        "submitted": proposals.numbers_given(call.id),
        "reviewed": len(lines),
        "awards": len(awards),
        "reserve": sum(row.line.decision is Decision.RESERVE for row in lines),
        "spent_minor": allocation.spent_minor,
        "budget_minor": allocation.budget_minor,
        "currency": allocation.currency,
        "departures": sum(bool(row.line.departure) for row in lines),
    }
