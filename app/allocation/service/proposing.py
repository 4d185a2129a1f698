"""Proposing an allocation by the call's rule, with reasoned departures."""

from collections.abc import Sequence

from app.accounts.actor import Actor
from app.allocation import computing, policy, queries, rules
from app.allocation.computing import Data
from app.allocation.events import AllocationProposed
from app.allocation.models import (
    Allocation,
    AllocationLine,
    AllocationState,
    Decision,
    Ranking,
    SignOffAct,
)
from app.allocation.service.outlook import (
    Departure,
    offer_sha256,
    outlook,
    outlook_for_page,
)
from app.allocation.service.signing import sign
from app.allocation.service.terms import draw_is_needed
from app.calls import queries as calls
from app.calls.models import Call, CallState
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.panels import queries as panels
from app.panels.service import look_again_in
from app.proposals import queries as proposals


def propose(
    actor: Actor, call: Call, departures: Sequence[Departure] = (), *, seen: str | None = None
) -> Allocation:
    """Propose an allocation by the call's rule, with any departures, for others to approve.

    A page says in `seen` what it showed (`offer_sha256`): what changed since is refused, what takes
    a solver comes from the job that computed it, and the same sent twice is proposed once. A
    command says nothing there and solves where it stands.
    """
    enforce(policy.may_propose(actor, call))
    hold(call)
    already = _sent_before(actor, call, departures, seen)
    if already is not None:
        return already
    enforce(rules.can_propose(calls.phase(call)))
    enforce(rules.can_go_without_minutes(owing=panels.owing_minutes(call.id)))
    ranking = queries.latest_ranking(call.id)
    if ranking is None:
        enforce(refused(_("Make the ranking first.")))
        raise AssertionError
    enforce(rules.can_go_without_draw(needed=draw_is_needed(call, ranking)))
    if seen is None:
        offer = outlook(call, ranking, departures)
    else:
        offer = _as_shown(call, ranking, departures, seen)
    return _proposed(actor, call, ranking, offer, len(departures))


def _as_shown(
    call: Call, ranking: Ranking, departures: Sequence[Departure], seen: str
) -> tuple[Data, Data]:
    """Return what a page showed; what is another by now, or not computed yet, is refused."""
    rule, result = outlook_for_page(call, ranking, departures)
    enforce(rules.can_propose_computed(computed=result is not None))
    enforce(rules.can_follow_page(seen=seen, now=offer_sha256(ranking, rule)))
    assert result is not None
    return rule, result


def _sent_before(
    actor: Actor, call: Call, departures: Sequence[Departure], seen: str | None
) -> Allocation | None:
    """Return what waits for approval already where this is the same form, sent a second time."""
    made = queries.latest_allocation(call.id)
    if seen is None or made is None or made.state is not AllocationState.PROPOSED:
        return None
    ranking = db.session.get_one(Ranking, made.ranking_id)
    kept = {
        (one.number, one.decision, one.amount_minor, one.reason)
        for one in queries.departures_of(made.id)
    }
    sent = {(d.number, d.decision, d.amount_minor, d.reason) for d in departures}
    same = made.proposed_by == actor.id and offer_sha256(ranking, made.rule) == seen
    return made if same and kept == sent else None


def _proposed(
    actor: Actor, call: Call, ranking: Ranking, offer: tuple[Data, Data], departures: int
) -> Allocation:
    rule, result = offer
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
    sign(actor, allocation, SignOffAct.PROPOSE)
    call.state = CallState.APPROVING
    record(
        actor,
        AllocationProposed(
            number=allocation.number,
            content_sha256=allocation.sha256,
            spent_minor=allocation.spent_minor,
            budget_minor=allocation.budget_minor,
            currency=allocation.currency,
            departures=departures,
        ),
        about=allocation,
    )
    look_again_in(call.id)
    return allocation
