"""Ranking, proposing, signing and releasing. Each function is one use case, all or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.accounts.actor import Actor
from app.allocation import computing, policy, queries, releasing, rules
from app.allocation.computing import Data
from app.allocation.events import (
    AllocationApproved,
    AllocationProposed,
    AllocationReturned,
    RankingMade,
    ResultsReleased,
)
from app.allocation.models import (
    Allocation,
    AllocationLine,
    AllocationState,
    Decision,
    Feedback,
    Outcome,
    Ranking,
    SignOff,
    SignOffAct,
)
from app.allocation.releasing import Release
from app.calls import queries as calls
from app.calls.models import Call, CallState
from app.calls.sealing import can_name_applicants
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.money import Money
from app.core.verdict import Verdict, refused
from app.core.words import _
from app.funds import queries as funds
from app.ledger import service as ledger
from app.ledger.service import record
from app.proposals import queries as proposals
from app.proposals.models import Proposal, ProposalState
from app.proposals.queries import Judged
from scoring.errors import InputError

STATES = {
    Decision.AWARD: ProposalState.AWARDED,
    Decision.RESERVE: ProposalState.RESERVE,
    Decision.DECLINE: ProposalState.DECLINED,
}

# Handed in, and yet without a place when the results are released
UNRANKED = (ProposalState.ELIGIBLE, ProposalState.SUBMITTED, ProposalState.RETURNED)


@dataclass(frozen=True, slots=True)
class Departure:
    """A reasoned exception to the rule for one proposal, by number."""

    number: str
    decision: Decision
    amount_minor: int
    reason: str


# --- ranking -------------------------------------------------------------------------------------


def inputs_of(call: Call) -> Data:
    """Gather what the call's ranking is computed from."""
    return computing.ranking_inputs(
        call=call.code,
        scale={"best": call.scale_best, "worst": call.scale_worst, "step": call.scale_step},
        criteria=[
            {"key": c.key, "label": c.label, "weight": c.weight} for c in calls.criteria_of(call.id)
        ],
        tie_rules=call.tie_rules,
        reviews=queries.judged_in(call.id),
    )


def standing(call: Call) -> Data:
    """Return the ranking as it would stand now; computed anew after anything has happened.

    Whoever may see it sees the same, so a process keeps the last few for its next reader. Raises
    scoring.InputError and ValueError as `computing.ranking_result` does.
    """
    return _standing_at(ledger.position(), call.id)


@lru_cache(maxsize=4)
def _standing_at(_position: int, call_id: str) -> Data:
    return computing.ranking_result(inputs_of(db.session.get_one(Call, call_id)))


def make_ranking(actor: Actor, call: Call) -> Ranking:
    """Compute and keep the ranking; the call goes on to allocating."""
    enforce(policy.may_propose(actor, call))
    hold(call)
    enforce(rules.can_rank(calls.phase(call)))
    inputs = inputs_of(call)
    try:
        result = computing.ranking_result(inputs)
    except (InputError, ValueError) as error:
        enforce(refused(str(error)))
        raise
    ranking = Ranking(
        call_id=call.id,
        number=queries.rankings_made(call.id) + 1,
        inputs=inputs,
        result=result,
        inputs_sha256=computing.sha256_of(inputs),
        result_sha256=computing.sha256_of(result),
        made_at=clock.now(),
    )
    db.session.add(ranking)
    call.state = CallState.ALLOCATING
    record(
        actor,
        RankingMade(
            number=ranking.number,
            inputs_sha256=ranking.inputs_sha256,
            result_sha256=ranking.result_sha256,
        ),
        about=call,
    )
    return ranking


# --- proposing -----------------------------------------------------------------------------------


def rule_of(call: Call, asks: Mapping[str, int]) -> Data:
    """Return the call's allocation rule with the money it applies to, as plain data."""
    contributions = funds.contributions_of(call.fund_id)
    best, worst = float(call.scale_best), float(call.scale_worst)
    return {
        "name": "rank order",
        "currency": call.currency,
        "budget_minor": sum(c.amount_minor for c in contributions),
        "when_unaffordable": call.when_unaffordable,
        "reserve": call.reserve_places,
        "threshold": call.threshold,
        "lower_is_better": best < worst,
        "asks": [{"proposal": number, "minor": minor} for number, minor in sorted(asks.items())],
        "contributions": [
            {"id": c.id, "funder": c.funder, "amount_minor": c.amount_minor, "earmark": c.earmark}
            for c in contributions
        ],
    }


def outlook(
    call: Call, ranking: Ranking, departures: Sequence[Departure] = ()
) -> tuple[Data, Data]:
    """Return rule and result as an allocation would be now; a refusal says what does not fit."""
    enforce(nobody_left(call, ranking.result))
    asks = {p.number: p.requested_minor for p in proposals.in_review(call.id)}
    rule = rule_of(call, asks)
    for departure in departures:
        _check_departure(departure, ranking, call)
    try:
        result = computing.allocation_result(
            ranking.result,
            rule,
            [
                {
                    "proposal": d.number,
                    "decision": d.decision.value,
                    "amount_minor": d.amount_minor,
                    "reason": d.reason,
                }
                for d in departures
            ],
        )
    except computing.OverBudgetError as over:
        enforce(
            refused(
                _(
                    "That is %(spent)s, but the fund holds %(budget)s: %(over)s too much.",
                    spent=Money(over.spent_minor, call.currency).show(),
                    budget=Money(over.budget_minor, call.currency).show(),
                    over=Money(over.spent_minor - over.budget_minor, call.currency).show(),
                )
            )
        )
        raise
    except (InputError, ValueError) as error:
        enforce(refused(str(error)))
        raise
    return rule, result


def nobody_left(call: Call, ranking: Data) -> Verdict:
    """Whether every proposal of a ranking is still in the call: one may be withdrawn any day."""
    here = {p.number for p in proposals.in_review(call.id)}
    left = sorted(p["proposal"] for p in ranking["places"] if p["proposal"] not in here)
    return rules.can_stand(left)


def _check_departure(departure: Departure, ranking: Ranking, call: Call) -> None:
    known = {place["proposal"] for place in ranking.result["places"]}
    if departure.number not in known:
        enforce(refused(_("%(number)s is not in the ranking.", number=departure.number)))
    if not departure.reason.strip():
        enforce(
            refused(
                _(
                    "A departure from the rule needs its reason: give one for %(number)s.",
                    number=departure.number,
                )
            )
        )
    if (departure.decision is Decision.AWARD) != (departure.amount_minor > 0):
        enforce(
            refused(
                _(
                    "%(number)s: an award needs an amount above zero, anything else needs none.",
                    number=departure.number,
                )
            )
        )
    del call


def propose(actor: Actor, call: Call, departures: Sequence[Departure] = ()) -> Allocation:
    """Propose an allocation by the call's rule, with any departures, for others to approve."""
    enforce(policy.may_propose(actor, call))
    hold(call)
    enforce(rules.can_propose(calls.phase(call)))
    ranking = queries.latest_ranking(call.id)
    if ranking is None:
        enforce(refused(_("Make the ranking first.")))
        raise AssertionError
    rule, result = outlook(call, ranking, departures)
    content = {
        "call": call.code,
        "ranking_sha256": ranking.result_sha256,
        "rule": rule,
        "result": result,
    }
    allocation = Allocation(
        call_id=call.id,
        ranking_id=ranking.id,
        number=queries.allocations_made(call.id) + 1,
        rule=rule,
        budget_minor=rule["budget_minor"],
        spent_minor=result["spent_minor"],
        currency=call.currency,
        sha256=computing.sha256_of(content),
        proposed_by=actor.id,
        proposed_at=clock.now(),
    )
    db.session.add(allocation)
    db.session.flush()
    ids = {p.number: p.id for p in proposals.in_review(call.id)}
    for position, line in enumerate(result["lines"], 1):
        db.session.add(
            AllocationLine(
                allocation_id=allocation.id,
                proposal_id=ids[line["proposal"]],
                position=position,
                decision=Decision(line["decision"]),
                amount_minor=line["amount_minor"],
                sources=line["sources"],
                reason=line["reason"],
                departure=line["departure"],
            )
        )
    _sign(actor, allocation, SignOffAct.PROPOSE)
    call.state = CallState.APPROVING
    record(
        actor,
        AllocationProposed(
            number=allocation.number,
            content_sha256=allocation.sha256,
            spent_minor=allocation.spent_minor,
            budget_minor=allocation.budget_minor,
            currency=allocation.currency,
            departures=len(departures),
        ),
        about=allocation,
    )
    return allocation


def _sign(actor: Actor, allocation: Allocation, act: SignOffAct, reason: str = "") -> None:
    db.session.add(
        SignOff(
            allocation_id=allocation.id,
            account_id=actor.id,
            act=act,
            name=actor.name,
            reason=reason,
            sha256=allocation.sha256,
            signed_at=clock.now(),
        )
    )


# --- signing -------------------------------------------------------------------------------------


def approve(actor: Actor, call: Call, allocation: Allocation, *, seen_sha256: str) -> None:
    """Sign the allocation as it was shown; with enough signatures it is approved and frozen."""
    enforce(policy.may_approve(actor, call))
    hold(call, allocation)
    enforce(nobody_left(call, _ranking_of(allocation)))
    signatures = queries.signed(queries.signatures_of(allocation.id))
    enforce(
        rules.can_approve(
            allocation.state,
            signatures,
            actor.id,
            sha256=allocation.sha256,
            seen_sha256=seen_sha256,
        )
    )
    _sign(actor, allocation, SignOffAct.APPROVE)
    given = rules.approvals(signatures, allocation.sha256) + 1
    if given >= call.approvals_needed:
        allocation.state = AllocationState.APPROVED
    record(
        actor,
        AllocationApproved(
            number=allocation.number,
            content_sha256=allocation.sha256,
            approvals=given,
            needed=call.approvals_needed,
        ),
        about=allocation,
    )


def send_back(actor: Actor, call: Call, allocation: Allocation, reason: str) -> None:
    """Return the allocation to the officer with a reason; it can be proposed anew.

    An approved one too, until it is released: somebody may withdraw at the last moment.
    """
    enforce(policy.may_approve(actor, call))
    hold(call, allocation)
    enforce(rules.can_send_back(allocation.state))
    if not reason.strip():
        enforce(refused(_("Say what should be different.")))
    allocation.state = AllocationState.RETURNED
    call.state = CallState.ALLOCATING
    _sign(actor, allocation, SignOffAct.RETURN, reason.strip())
    record(
        actor, AllocationReturned(number=allocation.number, reason=reason.strip()), about=allocation
    )


# --- release -------------------------------------------------------------------------------------


def release(actor: Actor, call: Call, allocation: Allocation) -> None:
    """Make the outcome visible: to applicants, funders and the public, all in one transaction.

    No timer, default or restart comes here: only a person, after the approvals the call needs.
    """
    enforce(policy.may_release(actor, call))
    hold(call, allocation)
    enforce(can_name_applicants(call))
    signatures = queries.signed(queries.signatures_of(allocation.id))
    approved = rules.approvals(signatures, allocation.sha256)
    enforce(rules.can_release(allocation.state, approved, call.approvals_needed))
    ranking = _ranking_of(allocation)
    enforce(nobody_left(call, ranking))
    lines = queries.lines_of(allocation.id)
    unranked = proposals.in_review(call.id, *UNRANKED)
    unranked = [p for p in unranked if p.number not in {row.number for row in lines}]
    _tell_outcomes(call, ranking, lines)
    _tell_unranked(call, len(ranking["places"]), unranked)
    db.session.flush()
    _publish_feedback(call)
    allocation.state = AllocationState.RELEASED
    call.state, call.released_at = CallState.RELEASED, clock.now()
    call.results = _public_counts(call, allocation, lines)
    _sign(actor, allocation, SignOffAct.RELEASE)
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
        step(actor, Release(call, allocation, ranking, lines, unranked))


def _ranking_of(allocation: Allocation) -> Data:
    return db.session.get_one(Ranking, allocation.ranking_id).result


def _tell_outcomes(call: Call, ranking: Data, lines: Sequence[queries.LineRow]) -> None:
    places = {place["proposal"]: place for place in ranking["places"]}
    last = [places[row.number] for row in lines if row.line.decision is Decision.AWARD]
    labels = {c.key: c.label for c in calls.criteria_of(call.id)}
    now = clock.now()
    for row in lines:
        place = places[row.number]
        proposal = db.session.get_one(Proposal, row.line.proposal_id)
        proposal.state = STATES[row.line.decision]
        db.session.add(
            Outcome(
                proposal_id=proposal.id,
                call_id=call.id,
                decision=row.line.decision,
                amount_minor=row.line.amount_minor,
                currency=call.currency,
                facts={
                    "total": place["shown"],
                    "rank": place["rank"],
                    "of": len(places),
                    "means": {labels[key]: mean for key, mean in place["means"].items()},
                    "last_funded_total": last[-1]["shown"] if last else "",
                    "reason": row.line.reason,
                    "departure": row.line.departure,
                    "tied_with": len(place["tied_with"]),
                    "decided_by": place["decided_by"],
                },
                released_at=now,
            )
        )


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
                    "last_funded_total": "",
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
            )
        )


def _public_counts(call: Call, allocation: Allocation, lines: Sequence[queries.LineRow]) -> Data:
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
