"""Invariants of rankings, allocations, signatures and outcomes."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.allocation import computing, queries, rules
from app.allocation.models import (
    Allocation,
    AllocationLine,
    AllocationState,
    Decision,
    DepartureApproval,
    Feedback,
    Outcome,
    Ranking,
    SignOff,
    SignOffAct,
)
from app.allocation.service import STATES
from app.calls.models import Call, CallState
from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.funds.models import Contribution, ContributionState
from app.proposals.models import Proposal

_other = aliased(SignOff)
AFTER_RELEASE = (CallState.RELEASED, CallState.ARCHIVED)


def _allocations() -> list[Allocation]:
    return list(db.session.scalars(select(Allocation).order_by(Allocation.id)))


@invariant("allocation.inputs_hash", "A ranking's inputs and result hash to what it says.")
def _hashes() -> Iterator[object]:
    for ranking in db.session.scalars(select(Ranking)):
        told = (ranking.inputs_sha256, ranking.result_sha256)
        if told != (computing.sha256_of(ranking.inputs), computing.sha256_of(ranking.result)):
            yield ranking.id


@invariant("allocation.ranking", "Computing a ranking again from its inputs gives the same.")
def _rankings() -> Iterator[object]:
    for ranking in db.session.scalars(select(Ranking)):
        try:
            again = computing.ranking_result(ranking.inputs)
        except (ValueError, KeyError, ArithmeticError):
            again = {}
        if again != ranking.result:
            yield ranking.id


@invariant("allocation.signed_content", "Allocating again by the rule gives what was signed.")
def _contents() -> Iterator[object]:
    for made in _allocations():
        ranking = db.session.get_one(Ranking, made.ranking_id)
        call = db.session.get_one(Call, made.call_id)
        departures = [
            {
                "proposal": row.number,
                "decision": row.line.decision.value,
                "amount_minor": row.line.amount_minor,
                "reason": row.line.departure,
            }
            for row in queries.lines_of(made.id)
            if row.line.departure
        ]
        try:
            result = computing.allocation_result(ranking.result, made.rule, departures)
        except (ValueError, KeyError):
            result = {}
        content = {
            "call": call.code,
            "ranking_sha256": ranking.result_sha256,
            "rule": made.rule,
            "result": result,
        }
        if computing.sha256_of(content) != made.sha256:
            yield made.id


@invariant("allocation.spent", "What an allocation spends is the sum of its lines.")
def _spent() -> Iterator[object]:
    for made in _allocations():
        rows = queries.lines_of(made.id)
        if sum(row.line.amount_minor for row in rows) != made.spent_minor:
            yield made.id


@invariant("allocation.sources", "Where the money of a line comes from adds up to the line.")
def _sources() -> Iterator[object]:
    for line in db.session.scalars(select(AllocationLine)):
        if sum(line.sources.values()) != line.amount_minor:
            yield line.id


@invariant("allocation.pots", "No contribution is spent beyond what it holds.")
def _pots() -> Iterator[object]:
    held = {
        row.id: row.amount_minor
        for row in db.session.execute(
            select(Contribution.id, Contribution.amount_minor).where(
                Contribution.state != ContributionState.WITHDRAWN
            )
        )
    }
    for made in _allocations():
        if made.state is not AllocationState.RELEASED:
            continue  # what stands behind the others may change: they are not released then
        spent: Counter[str] = Counter()
        for row in queries.lines_of(made.id):
            spent.update(row.line.sources)
        yield from (f"{made.id} {pot}" for pot in spent if spent[pot] > held.get(pot, 0))


no_rows(
    "allocation.departures",
    "Every departure of an approved or released allocation was agreed to by another person.",
    lambda: (
        select(AllocationLine.id)
        .join(Allocation, Allocation.id == AllocationLine.allocation_id)
        .outerjoin(
            DepartureApproval,
            and_(
                DepartureApproval.allocation_id == AllocationLine.allocation_id,
                DepartureApproval.proposal_id == AllocationLine.proposal_id,
            ),
        )
        .where(
            AllocationLine.departure != "",
            Allocation.state.in_([AllocationState.APPROVED, AllocationState.RELEASED]),
            or_(
                DepartureApproval.id.is_(None),
                DepartureApproval.account_id == Allocation.proposed_by,
            ),
        )
    ),
)

no_rows(
    "allocation.two_release",
    "Two people released what is released.",
    lambda: (
        select(SignOff.id)
        .join(Allocation, Allocation.id == SignOff.allocation_id)
        .where(
            SignOff.act == SignOffAct.RELEASE,
            ~exists().where(
                _other.allocation_id == SignOff.allocation_id,
                _other.act == SignOffAct.PROPOSE_RELEASE,
                _other.account_id != SignOff.account_id,
                _other.sha256 == SignOff.sha256,
            ),
        )
    ),
)

no_rows(
    "allocation.budget",
    "No allocation spends more than its budget.",
    lambda: select(Allocation.id).where(Allocation.spent_minor > Allocation.budget_minor),
)

no_rows(
    "allocation.amounts",
    "A line has an amount if, and only if, it is an award.",
    lambda: select(AllocationLine.id).where(
        (AllocationLine.decision == Decision.AWARD) != (AllocationLine.amount_minor > 0)
    ),
)

no_rows(
    "allocation.line_call",
    "Every line is about a proposal of the call.",
    lambda: (
        select(AllocationLine.id)
        .join(Allocation, Allocation.id == AllocationLine.allocation_id)
        .join(Proposal, Proposal.id == AllocationLine.proposal_id)
        .where(Proposal.call_id != Allocation.call_id)
    ),
)

no_rows(
    "allocation.four_eyes",
    "Nobody approved what they proposed.",
    lambda: (
        select(SignOff.id)
        .join(Allocation, Allocation.id == SignOff.allocation_id)
        .where(SignOff.act == SignOffAct.APPROVE, SignOff.account_id == Allocation.proposed_by)
    ),
)


@invariant("allocation.approvals", "What is approved or released has all its approvals.")
def _approvals() -> Iterator[object]:
    for made in _allocations():
        call = db.session.get_one(Call, made.call_id)
        signed = queries.signed(queries.signatures_of(made.id))
        final = made.state in {AllocationState.APPROVED, AllocationState.RELEASED}
        if final and rules.approvals(signed, made.sha256) < call.approvals_needed:
            yield made.id


no_rows(
    "allocation.released",
    "A released call has one released allocation, and no other call has one.",
    lambda: select(Call.code).where(
        or_(
            and_(Call.state.in_(AFTER_RELEASE), _released_in_call() != 1),
            and_(Call.state.not_in(AFTER_RELEASE), _released_in_call() != 0),
        )
    ),
)


def _released_in_call() -> ScalarSelect[int]:
    return (
        select(func.count(Allocation.id))
        .where(Allocation.call_id == Call.id, Allocation.state == AllocationState.RELEASED)
        .correlate(Call)
        .scalar_subquery()
    )


no_rows(
    "allocation.released_by",
    "A person released what is released.",
    lambda: select(Allocation.id).where(
        Allocation.state == AllocationState.RELEASED,
        ~exists().where(SignOff.allocation_id == Allocation.id, SignOff.act == SignOffAct.RELEASE),
    ),
)

no_rows(
    "allocation.no_outcome_before",
    "No outcome can be read before the release.",
    lambda: (
        select(Outcome.proposal_id)
        .join(Call, Call.id == Outcome.call_id)
        .where(Call.state.not_in(AFTER_RELEASE))
    ),
)

no_rows(
    "allocation.no_feedback_before",
    "No feedback can be read before the release.",
    lambda: (
        select(Feedback.id)
        .join(Proposal, Proposal.id == Feedback.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(Call.state.not_in(AFTER_RELEASE))
    ),
)

no_rows(
    "allocation.outcomes",
    "Everybody in a released allocation is told what it says of them.",
    lambda: (
        select(AllocationLine.id)
        .join(Allocation, Allocation.id == AllocationLine.allocation_id)
        .outerjoin(Outcome, Outcome.proposal_id == AllocationLine.proposal_id)
        .where(
            Allocation.state == AllocationState.RELEASED,
            or_(
                Outcome.proposal_id.is_(None),
                Outcome.decision != AllocationLine.decision,
                Outcome.amount_minor != AllocationLine.amount_minor,
            ),
        )
    ),
)


@invariant("allocation.states", "After release every proposal is in the state of its decision.")
def _states() -> Iterator[object]:
    rows = db.session.execute(
        select(Proposal.number, Proposal.state, Outcome.decision).join(
            Outcome, Outcome.proposal_id == Proposal.id
        )
    )
    yield from (row.number for row in rows if row.state is not STATES[row.decision])


@invariant(
    "allocation.public_counts", "The public counts of a released call are those of its lines."
)
def _counts() -> Iterator[object]:
    for call in db.session.scalars(select(Call).where(Call.state.in_(AFTER_RELEASE))):
        made = queries.released_allocation(call.id)
        rows = queries.lines_of(made.id) if made else []
        awards = [row for row in rows if row.line.decision is Decision.AWARD]
        right = {
            "awards": len(awards),
            "reviewed": len(rows),
            "spent_minor": sum(row.line.amount_minor for row in awards),
        }
        if {key: call.results.get(key) for key in right} != right:
            yield call.code
