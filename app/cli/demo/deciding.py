"""What officers and approvers decide in the stories."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select

from app.accounts.actor import Actor
from app.allocation import advice, queries, service
from app.allocation.models import Allocation, Decision, DrawWay, PublicKind
from app.allocation.service import Chance, Departure, Terms
from app.calls import queries as calls
from app.calls.award_rule import AwardRule
from app.calls.models import Call
from app.cli.demo.stage import Stage
from app.core import clock
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import Job, JobState, run_job
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.funds import queries as funds
from app.funds import service as funding
from app.funds.models import Contribution, ContributionState

FIRST_PERCENT = 40  # of an award, paid when it begins
DECLINED = (
    "The applicants told the office that another funder (fictional) took the whole project on "
    "after they had submitted; money is not given twice."
)
PROMOTED = "First on the reserve list: it gets the money that another departure sets free."


def rank(stage: Stage, call_id: str) -> None:
    with stage.act("officer", Lens.STAFF) as officer:
        service.make_ranking(officer, _call(call_id))


def look_closer(stage: Stage, call_id: str) -> None:
    """Compute intervals, stability and prices: applicants read how sure their place is."""
    with stage.act("officer", Lens.STAFF) as officer:
        service.look_closer(officer, _call(call_id))
    _run_jobs()


def try_and_draw(stage: Stage, call_id: str) -> None:
    """Try the call without its quotas, and fix the list of the draw."""
    with stage.act("officer", Lens.STAFF) as officer:
        call = _call(call_id)
        free = Terms(AwardRule(), "skip", call.threshold, call.reserve_places)
        service.try_scenario(officer, call, "Without the quotas", free)
    _run_jobs()
    with stage.act("officer", Lens.STAFF) as officer:
        chance = Chance(
            DrawWay.PUBLIC,
            PublicKind.TEXT,
            "The six main numbers of the (fictional) lottery of Noordwal of the next evening, in "
            "rising order, with spaces",
            clock.now() + timedelta(days=1),
        )
        with suppress(Refused):  # nobody is to be drawn where all can be told apart
            service.commit_draw(officer, _call(call_id), chance)


def _run_jobs() -> None:
    """Do now what was asked for here; reports wait for the worker."""
    with unit_of_work(mode=Mode.READ):
        waiting = db.session.scalars(
            select(Job.id).where(
                Job.kind.in_(["allocation.calibrate", "allocation.explore"]),
                Job.state == JobState.QUEUED,
            )
        ).all()
    for job_id in waiting:
        run_job(job_id)


def propose(stage: Stage, call_id: str, *, departing: bool) -> None:
    """Propose by the rule; where the plan says so, with departures and their reasons."""
    with stage.act("officer", Lens.STAFF) as officer:
        call = _call(call_id)
        advised = [one.as_departure() for one in advice.of_panel(call)]
        service.propose(officer, call, advised or (_departures(call) if departing else []))


def to_depart(call_id: str) -> dict[str, Departure]:
    """Return what a panel recommends otherwise than the rule gives, by number."""
    with unit_of_work(mode=Mode.READ):
        return {one.number: one for one in _departures(_call(call_id))}


def _departures(call: Call) -> list[Departure]:
    """Decline one award that nobody ties with, and give what that frees to the first in reserve."""
    ranking = queries.latest_ranking(call.id)
    assert ranking is not None
    rule, result = service.outlook(call, ranking)
    asks = {ask["proposal"]: ask["minor"] for ask in rule["asks"]}
    tied = {place["proposal"] for place in ranking.result["places"] if place["tied_with"]}
    told = [(line["proposal"], line["decision"]) for line in result["lines"]]
    waiting = next((n for n, decision in told if decision == Decision.RESERVE.value), "")
    for number, decision in told[1:] if waiting else ():
        frees = result["left_minor"] + asks[number]
        if decision == Decision.AWARD.value and number not in tied and frees >= asks[waiting]:
            return [
                Departure(number, Decision.DECLINE, 0, DECLINED),
                Departure(waiting, Decision.AWARD, asks[waiting], PROMOTED),
            ]
    return []


def approve(stage: Stage, call_id: str, key: str) -> None:
    with stage.act(key, Lens.STAFF) as approver:
        made = _allocation(call_id)
        for one in queries.departures_of(made.id):
            if not one.approver:
                service.approve_departure(
                    approver, _call(call_id), made, one.number, seen_sha256=made.sha256
                )
        service.approve(approver, _call(call_id), made, seen_sha256=made.sha256)


def release(stage: Stage, call_id: str) -> None:
    """Let one who approved propose the release, and the officer confirm it, of money that is signed
    for; then the first funder's money arrives and part of it is paid."""
    with stage.act("officer", Lens.STAFF) as officer:
        for one in _contributions(call_id):
            if one.state is ContributionState.PLEDGED:
                _move(officer, one, ContributionState.SIGNED)
    with stage.act("approver", Lens.STAFF) as approver:
        service.propose_release(approver, _call(call_id), _allocation(call_id))
    with stage.act("officer", Lens.STAFF) as officer:
        service.release(officer, _call(call_id), _allocation(call_id), may_compute=True)
    with stage.act("officer", Lens.STAFF) as officer:
        first = _contributions(call_id)[0]
        _move(officer, first, ContributionState.RECEIVED)
        for promised in funds.commitments_of(first.id)[:2]:
            funding.pay(
                officer,
                promised,
                promised.amount_minor * FIRST_PERCENT // 100,
                clock.now().date(),
                currency=_call(call_id).currency,
                reference=f"{promised.award}/1",
            )


def _contributions(call_id: str) -> list[Contribution]:
    rows = funds.contributions_of(_call(call_id).fund_id)
    return [db.session.get_one(Contribution, row.id) for row in rows]


def _move(officer: Actor, contribution: Contribution, then: ContributionState) -> None:
    funding.move_contribution(officer, contribution, then, clock.now().date())


def _call(call_id: str) -> Call:
    call = calls.get_call(call_id)
    assert call is not None
    return call


def _allocation(call_id: str) -> Allocation:
    made = queries.latest_allocation(call_id)
    assert made is not None
    return made
