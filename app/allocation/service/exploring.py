"""Looking closer at a ranking: calibration, the price of each rule, and other rules to try.

Nothing here touches what is decided.
"""

from dataclasses import asdict
from datetime import timedelta

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.allocation import calibrating, computing, policy, queries, rules, troubles, whatif
from app.allocation.computing import Data
from app.allocation.events import (
    CalibrationMade,
    ScenarioComputed,
    ScenarioRemoved,
    ScenarioStopped,
    ScenarioTried,
)
from app.allocation.models import Calibration, Ranking, Scenario, ScenarioState
from app.allocation.service.outlook import OWN, is_stale, own_rule
from app.allocation.service.terms import Terms, own_terms, rule_of
from app.calls import award_rule
from app.calls import queries as calls
from app.calls.award_rule import AwardRule, OrderBy
from app.calls.models import Call
from app.core import clock
from app.core.db import Json, db
from app.core.gate import enforce
from app.core.jobs import (
    Later,
    end_if_stopped,
    enqueue,
    handles,
    report_progress,
    stop_job,
    stop_job_about,
)
from app.core.verdict import ALLOWED, refused
from app.core.words import _
from app.ledger.service import record
from app.panels.service import look_again_in
from app.proposals import queries as proposals
from app.proposals.models import ProposalState
from scoring.errors import InputError

CALIBRATE, EXPLORE = "allocation.calibrate", "allocation.explore"
# What a ranking may hold when its job runs: a withdrawal or even the release may come before.
ONCE_RANKED = (
    ProposalState.ELIGIBLE,
    ProposalState.AWARDED,
    ProposalState.RESERVE,
    ProposalState.DECLINED,
    ProposalState.WITHDRAWN,
)
ENDED = (ScenarioState.FAILED, ScenarioState.STOPPED)
MOST = 12  # scenarios of one ranking, so that they can be read side by side


def look_closer(actor: Actor, call: Call) -> None:
    """Ask for rank intervals, and for prices, margins and stability of the call's own rule."""
    _between_ranking_and_release(actor, call)
    ranking = _ranking(call)
    look_again_in(call.id)
    if queries.calibration_of(ranking.id) is None:
        enqueue(CALIBRATE, {"ranking_id": ranking.id})
    own = queries.scenario_numbered(ranking.id, OWN)
    if own is None:
        made = Scenario(
            call_id=call.id,
            ranking_id=ranking.id,
            number=OWN,
            name=_("By the rule of the call"),
            rule=own_rule(call, ranking),
        )
        _asked(actor, ranking, made)
    elif own.state in ENDED or (own.state is ScenarioState.READY and is_stale(own, call, ranking)):
        _again(actor, call, ranking, own)


def _between_ranking_and_release(actor: Actor, call: Call) -> None:
    """Refuse whoever may not propose, and everybody before the ranking and after the release."""
    enforce(policy.may_propose(actor, call))
    enforce(rules.can_look_closer(calls.phase(call)))


def follow_draw(actor: Actor, call: Call, ranking: Ranking) -> None:
    """Compute the call's own rule again where a draw that was held changed what it gives."""
    own = queries.scenario_numbered(ranking.id, OWN)
    if own is not None and is_stale(own, call, ranking):
        _again(actor, call, ranking, own)


def _again(actor: Actor, call: Call, ranking: Ranking, own: Scenario) -> None:
    own.state, own.trouble = ScenarioState.QUEUED, ""
    own.rule = own_rule(call, ranking)
    own.job_id = enqueue(EXPLORE, {"scenario_id": own.id}).id
    record(actor, ScenarioTried(number=OWN), about=ranking)


def stop_computing(actor: Actor, call: Call, scenario: Scenario) -> None:
    """End the computation of a scenario, in any phase; nothing of it is kept, and until the release
    it can be asked for again.

    With the call's own rule ends the calibration of its ranking, which was asked for with it.
    """
    enforce(policy.may_propose(actor, call))
    estimating = scenario.number == OWN and stop_job_about(
        [CALIBRATE], "ranking_id", scenario.ranking_id
    )
    going = scenario.state is ScenarioState.QUEUED and stop_job(scenario.job_id)
    enforce(rules.can_stop(going=going or estimating))
    if going:
        scenario.state = ScenarioState.STOPPED
    record(actor, ScenarioStopped(number=scenario.number), about=f"ranking:{scenario.ranking_id}")


def compute_again(actor: Actor, call: Call, scenario: Scenario) -> None:
    """Ask once more for a scenario that was stopped."""
    _between_ranking_and_release(actor, call)
    if scenario.state is not ScenarioState.STOPPED:
        enforce(refused(_("This scenario is computed already, or being computed.")))
    if scenario.number == OWN:
        look_closer(actor, call)
        return
    scenario.state = ScenarioState.QUEUED
    scenario.job_id = enqueue(EXPLORE, {"scenario_id": scenario.id}).id
    record(actor, ScenarioTried(number=scenario.number), about=f"ranking:{scenario.ranking_id}")


def try_scenario(actor: Actor, call: Call, name: str, terms: Terms) -> Scenario:
    """Try other terms on the ranking; the decision stays as it is."""
    _between_ranking_and_release(actor, call)
    for problem in award_rule.problems(
        terms.rule, calls.choices_of(call.id), terms.when_unaffordable
    ):
        enforce(refused(problem))
    ranking = _ranking(call)
    made = queries.scenarios_of(ranking.id)
    if len(made) > MOST:
        enforce(refused(_("There are %(n)s scenarios already. Remove one first.", n=MOST)))
    number = max((one.number for one in made), default=OWN) + 1
    tried = Scenario(
        call_id=call.id,
        ranking_id=ranking.id,
        number=number,
        name=name.strip(),
        terms=kept_terms(terms),
        rule=_rule(call, terms),
    )
    return _asked(actor, ranking, tried)


def remove_scenario(actor: Actor, call: Call, scenario: Scenario) -> None:
    _between_ranking_and_release(actor, call)
    if scenario.number == OWN:
        enforce(refused(_("The rule of the call itself stays beside the others.")))
    record(actor, ScenarioRemoved(number=scenario.number), about=call)
    look_again_in(call.id)
    db.session.delete(scenario)


def _ranking(call: Call) -> Ranking:
    ranking = queries.latest_ranking(call.id)
    if ranking is None:
        enforce(refused(_("Make the ranking first.")))
        raise AssertionError
    return ranking


def _asked(actor: Actor, ranking: Ranking, scenario: Scenario) -> Scenario:
    scenario.made_by, scenario.made_at = actor.id, clock.now()
    db.session.add(scenario)
    scenario.job_id = enqueue(EXPLORE, {"scenario_id": scenario.id}).id
    record(actor, ScenarioTried(number=scenario.number), about=ranking)
    look_again_in(scenario.call_id)
    return scenario


def _rule(call: Call, terms: Terms, *states: ProposalState) -> Data:
    asks = {p.number: p.requested_minor for p in proposals.in_review(call.id, *states)}
    return rule_of(call, asks, terms)


def kept_terms(terms: Terms) -> Data:
    """Return terms as a scenario keeps them."""
    return {**asdict(terms), "rule": award_rule.to_data(terms.rule)}


def terms_of(kept: Json) -> Terms | None:
    """Return the terms that a scenario tries; None for those of the call itself."""
    if not kept:
        return None
    return Terms(**{**kept, "rule": award_rule.from_data(kept["rule"])})


# --- jobs ----------------------------------------------------------------------------------------


def seats_in(call: Call, ranking: Ranking) -> calibrating.Seats:
    """Say which seats of a ranking one person holds, by names that mean nothing else."""
    if award_rule.from_data(call.award_rule).needs_calibration:
        return {(r["proposal"], r["seat"]): r["seat"] for r in ranking.inputs["reviews"]}
    return queries.one_person_each(call.id)


def places_of(call: Call, ranking: Ranking, rule: Data) -> int:
    """Return how many the rule funds by raw totals and without a draw."""
    del call
    plain = {name: value for name, value in rule.items() if name not in {"order", "draw"}}
    lines = computing.by_rule(ranking.result, plain)["lines"]
    return sum(line["decision"] == "award" for line in lines)


def _calibrate(payload: Json) -> tuple[int, Data] | None:
    ranking = db.session.get(Ranking, payload["ranking_id"])
    if ranking is None or queries.calibration_of(ranking.id) is not None:
        return None
    call = db.session.get_one(Call, ranking.call_id)
    report_progress(5)
    try:
        places = places_of(call, ranking, _rule(call, own_terms(call), *ONCE_RANKED))
    except (InputError, ValueError):
        places = 0  # the rule cannot be carried out: intervals are shown all the same
    seats = seats_in(call, ranking)
    return places, calibrating.calibration_result(ranking.inputs, seats, places, end_if_stopped)


@handles(CALIBRATE, prepare=_calibrate)
def _keep_calibration(payload: Json, found: tuple[int, Data] | None) -> None:
    """Keep the calibration of a ranking; done twice, it changes nothing."""
    if found is None:
        return
    from scoring.replay import hash_of  # noqa: PLC0415 - numpy is for jobs alone

    enforce(ALLOWED)  # whoever looked closer was allowed to
    ranking = db.session.get_one(Ranking, payload["ranking_id"])
    places, result = found
    made = Calibration(
        ranking_id=ranking.id,
        places=places,
        result=result,
        sha256=hash_of(result),
        made_at=clock.now(),
    )
    db.session.add(made)
    record(
        SYSTEM_ACTOR,
        CalibrationMade(ranking=ranking.number, result_sha256=made.sha256),
        about=ranking,
    )


def _explore(payload: Json) -> tuple[Data, Data, str] | None:
    scenario = db.session.get(Scenario, payload["scenario_id"])
    if scenario is None or scenario.state is not ScenarioState.QUEUED:
        return None
    ranking = db.session.get_one(Ranking, scenario.ranking_id)
    call = db.session.get_one(Call, scenario.call_id)
    terms = terms_of(scenario.terms) or own_terms(call)
    rule = ordered(call, ranking, scenario.rule, terms.rule)
    try:
        found = whatif.explored(
            ranking.result, ranking.inputs, rule, seats_in(call, ranking), report_progress
        )
    except (InputError, ValueError) as error:
        return rule, {}, troubles.words_of(error, rule)
    return rule, found, ""


def ordered(call: Call, ranking: Ranking, rule: Data, terms: AwardRule) -> Data:
    """Return a rule with its order by expected rank, where it asks for one."""
    if terms.order_by is not OrderBy.CALIBRATED:
        return rule
    made = queries.calibration_of(ranking.id)
    if made is None:
        raise Later(timedelta(seconds=3), "the calibration is not there yet")
    return {**rule, **calibrating.order_of(made.result, call.code)}


@handles(EXPLORE, prepare=_explore)
def _keep_explored(payload: Json, found: tuple[Data, Data, str] | None) -> None:
    scenario = db.session.get(Scenario, payload["scenario_id"])
    if found is None or scenario is None:
        return
    enforce(ALLOWED)  # whoever tried it was allowed to
    scenario.rule, scenario.result, scenario.trouble = found
    scenario.state = ScenarioState.FAILED if scenario.trouble else ScenarioState.READY
    record(
        SYSTEM_ACTOR,
        ScenarioComputed(number=scenario.number, trouble=scenario.trouble),
        about=f"ranking:{scenario.ranking_id}",
    )
