"""Intervals, prices, margins and stability beside a decision that they never touch."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.allocation import calibrating, queries, service, whatif
from app.allocation.models import Scenario, ScenarioState
from app.allocation.service import Terms
from app.calls import award_rule
from app.calls.award_rule import AtMost, AwardRule, Limit, Objective, Quota
from app.calls.models import Call, CallState
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import run_due_jobs
from app.core.jobs.queue import due
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.proposals.models import Proposal, ProposalState
from scoring.calibration import additive, rank_law
from tests.allocation.test_award_rule import LMIC, a_ruled_call
from tests.engines import both_engines
from tests.factories import Released, a_judged_call, an_approver, an_officer, planted

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.accounts.actor import Actor
    from app.core.web import EquipoiseApp
    from tests.browser_client import Browser
    from tests.conftest import LedgerReader
    from tests.worlds import BuiltOnce

TWO = AtMost("institution", 2)


def _ranked(officer: Actor, call: Call) -> None:
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, call.id)
        service.make_ranking(officer, stored)
        service.look_closer(officer, stored)
    run_due_jobs()


def _ruled_and_ranked(rule: AwardRule) -> tuple[Actor, Call, list[str]]:
    officer = an_officer()
    call, numbers = a_ruled_call(rule)
    _ranked(officer, call)
    return officer, call, numbers


def _judged_and_ranked() -> Released:
    world = a_judged_call()
    _ranked(world.officer, world.call)
    return world


def _tried(officer: Actor, call: Call, rule: AwardRule, **values: object) -> Scenario:
    with unit_of_work(Lens.STAFF):
        terms = Terms(rule, "skip", "", 1, **values)  # type: ignore[arg-type]
        made = service.try_scenario(officer, db.session.get_one(Call, call.id), "Another", terms)
    run_due_jobs()
    with unit_of_work(mode=Mode.READ):
        return db.session.get_one(Scenario, made.id)


def test_intervals_are_computed_even_where_the_results_came_first(app: EquipoiseApp) -> None:
    assert app
    officer = an_officer()
    call, _numbers = a_ruled_call(AwardRule())
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, call.id)
        ranking = service.make_ranking(officer, stored)
        service.look_closer(officer, stored)
    gone = [ProposalState.AWARDED, ProposalState.DECLINED, ProposalState.WITHDRAWN]
    with planted():
        held = db.session.scalars(select(Proposal).where(Proposal.call_id == call.id))
        for proposal, state in zip(held, cycle(gone), strict=False):
            proposal.state = state

    run_due_jobs()

    with unit_of_work(mode=Mode.READ):
        made = queries.calibration_of(ranking.id)
    assert made is not None


@both_engines
def test_every_rule_has_its_price_and_who_moves(
    built_once: BuiltOnce, ledger: LedgerReader
) -> None:
    _officer, call, numbers = built_once(
        _ruled_and_ranked, AwardRule(quotas=(LMIC,), at_most=(TWO,))
    )

    with unit_of_work(mode=Mode.READ):
        ranking = queries.latest_ranking(call.id)
        assert ranking is not None
        own = queries.scenario_numbered(ranking.id, 0)
        made = queries.calibration_of(ranking.id)
        assert own is not None
        assert made is not None
    assert own.state is ScenarioState.READY
    prices = {one["name"]: one for one in own.result["prices"]}
    lmic = prices[
        "at least 30 % of the money for proposals led from low- and middle-income countries"
    ]
    assert (lmic["points"], lmic["enters"], lmic["leaves"]) == (0, [], [])
    same = prices["at most 2 awards for one lead institution (no. 1)"]
    assert same["points"] == 0  # the third of the institution would break the other quota
    shares = {one["proposal"]: one["share"] for one in own.result["survival"]["shares"]}
    assert shares[numbers[0]] == 1.0  # one review each: the re-runs are all alike
    assert made.places == 3
    assert {one["id"] for one in made.result["proposals"]} == set(numbers)
    assert "allocation.calibration_made" in ledger.actions()


def test_a_scenario_shows_who_moves_and_decides_nothing(built_once: BuiltOnce) -> None:
    officer, call, numbers = built_once(
        _ruled_and_ranked, AwardRule(quotas=(LMIC,), at_most=(TWO,))
    )

    free = _tried(officer, call, AwardRule())
    with unit_of_work(mode=Mode.READ):
        own = queries.scenario_numbered(free.ranking_id, 0)
        assert own is not None
        moved = whatif.moves(own.result, free.result)
        assert queries.latest_allocation(call.id) is None
        kept = award_rule.from_data(db.session.get_one(Call, call.id).award_rule)
    assert [one["proposal"] for one in moved["enters"]] == [numbers[2]]
    assert [one["proposal"] for one in moved["leaves"]] == [numbers[3]]
    assert free.result["merit"] > own.result["merit"]
    assert kept == AwardRule(quotas=(LMIC,), at_most=(TWO,))


def test_margins_of_a_sum_are_exact(built_once: BuiltOnce) -> None:
    officer, call, numbers = built_once(_ruled_and_ranked, AwardRule())

    found = _tried(officer, call, AwardRule(objective=Objective.MERIT))

    points = {one["proposal"]: one["points"] for one in found.result["margins"]}
    # grades 6, 5, 4, 3, 2 of 1 to 6: 10,000, 8,000, 6,000, 4,000, 2,000 points for three places
    assert points == dict(zip(numbers, (6_000, 4_000, 2_000, 2_000, 4_000), strict=True))


def test_in_rank_order_a_margin_names_whom_one_would_have_to_pass(built_once: BuiltOnce) -> None:
    officer, call, numbers = built_once(_ruled_and_ranked, AwardRule())
    first, second, third, fourth, fifth = numbers

    def margins(rule: AwardRule) -> dict[str, tuple[str, str | None]]:
        result = _tried(officer, call, rule).result
        return {one["proposal"]: (one["distance"], one["other"]) for one in result["margins"]}

    assert margins(AwardRule()) == {  # grades 6, 5, 4, 3, 2 and three places
        first: ("3.0000", fourth),
        second: ("2.0000", fourth),
        third: ("1.0000", fourth),
        fourth: ("1.0000", third),
        fifth: ("2.0000", third),
    }
    # two of one institution at most, and one from where incomes are low
    assert margins(AwardRule(quotas=(LMIC,), at_most=(TWO,))) == {
        first: ("2.0000", third),
        second: ("1.0000", third),
        third: ("1.0000", second),
        fourth: ("1.0000", fifth),
        fifth: ("1.0000", fourth),
    }


def test_a_rule_that_cannot_be_carried_out_says_so_in_its_scenario(built_once: BuiltOnce) -> None:
    officer, call, _ = built_once(_ruled_and_ranked, AwardRule())
    north = Quota("country", ("NO",), Limit.MIN_SHARE, 60)
    south = Quota("income_group", ("lower-middle", "upper-middle"), Limit.MIN_SHARE, 60)

    found = _tried(officer, call, AwardRule(quotas=(north, south)))

    assert found.state is ScenarioState.FAILED
    assert "soften any one of them" in found.trouble


def test_less_money_moves_the_line(built_once: BuiltOnce) -> None:
    officer, call, numbers = built_once(_ruled_and_ranked, AwardRule())

    found = _tried(officer, call, AwardRule(), budget_minor=3_000_000)

    assert [ln["proposal"] for ln in found.result["lines"] if ln["amount_minor"]] == numbers[:1]


def test_only_an_officer_tries_rules_and_both_staff_read_them(
    built_once: BuiltOnce, browser: Browser
) -> None:
    world = built_once(_judged_and_ranked)
    base = f"/desk/calls/{world.call.id}"

    other = an_approver()
    with pytest.raises(Refused), unit_of_work(Lens.STAFF):
        service.try_scenario(
            other,
            db.session.get_one(Call, world.call.id),
            "Mine",
            Terms(AwardRule(), "skip", "", 0),
        )
    browser.sign_in(world.officer.id)
    wrong = browser.fill_in(f"{base}/scenarios/new", name="Odd", quotas="at least some")
    assert "Line 1: write it like" in wrong.text
    stop = browser.fill_in(
        f"{base}/scenarios/new",
        name="Odd",
        quotas="at most 1 awards for country = NO",
        when_unaffordable="stop",
    )
    assert "cannot end at the first" in stop.text
    browser.fill_in(f"{base}/scenarios/new", name="Less", budget="30000", when_unaffordable="skip")
    run_due_jobs()
    browser.sign_in(world.approver.id)
    shown = browser.get(f"{base}/scenarios").text
    assert "Less" in shown
    desk = browser.get(f"{base}/allocation").text
    assert "How sure is this order?" in desk
    assert "Calibrated" in desk
    for number in (str(one.number) for one in world.proposals.values()):
        assert number in desk


@pytest.mark.parametrize("act", ["look", "again", "try", "remove"])
def test_after_the_release_no_rule_is_computed_and_none_taken_away(
    built_once: BuiltOnce, act: str
) -> None:
    officer, call, _numbers = built_once(_ruled_and_ranked, AwardRule())
    tried = _tried(officer, call, AwardRule())
    with planted():
        db.session.get_one(Call, call.id).state = CallState.RELEASED
        db.session.get_one(Scenario, tried.id).state = ScenarioState.STOPPED
    terms = Terms(AwardRule(), "skip", "", 1)
    acts: dict[str, Callable[[Call, Scenario], object]] = {
        "look": lambda stored, _one: service.look_closer(officer, stored),
        "again": lambda stored, one: service.compute_again(officer, stored, one),
        "try": lambda stored, _one: service.try_scenario(officer, stored, "Late", terms),
        "remove": lambda stored, one: service.remove_scenario(officer, stored, one),
    }
    with (
        pytest.raises(Refused, match="between the ranking and the release"),
        unit_of_work(Lens.STAFF),
    ):
        acts[act](db.session.get_one(Call, call.id), db.session.get_one(Scenario, tried.id))
    with unit_of_work(mode=Mode.READ):
        assert due() == []


def test_after_the_release_the_pages_offer_no_other_rule(
    built_once: BuiltOnce, browser: Browser
) -> None:
    officer, call, _numbers = built_once(_ruled_and_ranked, AwardRule())
    tried = _tried(officer, call, AwardRule())
    base = f"/desk/calls/{call.id}/scenarios"
    browser.sign_in(officer.id)
    asked = ("Try another rule", "Remove this scenario")

    def told() -> str:
        return browser.get(base).text + browser.get(f"{base}/{tried.id}").text

    assert [one for one in asked if one in told()] == [*asked]
    with planted():
        db.session.get_one(Call, call.id).state = CallState.RELEASED
    assert not [one for one in asked if one in told()]
    late = browser.get(f"{base}/new")
    assert late.status_code == 403
    assert "between the ranking and the release" in late.text


def test_a_stranger_finds_no_scenario(built_once: BuiltOnce, browser: Browser) -> None:
    world = built_once(_judged_and_ranked)
    browser.sign_in(world.reviewers[0].id)

    here = browser.get(f"/desk/calls/{world.call.id}/scenarios")
    absent = browser.get("/desk/calls/" + "a" * 26 + "/scenarios")
    assert (here.status_code, here.text) == (absent.status_code, absent.text)


class Stopped(Exception):  # noqa: N818 - what a person wants is no error
    """Somebody stopped the work."""


def test_long_work_hears_of_a_stop_between_two_steps(
    app: EquipoiseApp, built_once: BuiltOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    world = built_once(_judged_and_ranked)
    with unit_of_work(mode=Mode.READ):
        ranking = queries.latest_ranking(world.call.id)
        assert ranking is not None
        own = queries.scenario_numbered(ranking.id, 0)
        assert own is not None
        inputs, ranked, rule = ranking.inputs, ranking.result, own.rule

    steps: list[int] = []
    whatif.explored(ranked, inputs, rule, {}, steps.append)
    assert steps == sorted(steps)
    assert len([one for one in steps if one >= 90]) == whatif.PLAIN_DRAWS  # each re-run hears

    def beats(limit: int) -> int:
        heard = 0

        def beat() -> None:
            nonlocal heard
            heard += 1
            if heard == limit:
                raise Stopped

        calibrating.calibration_result(inputs, {}, 2, beat)
        return heard

    quiet = beats(10**9)
    monkeypatch.setattr(additive, "OFTEN", -1.0)
    monkeypatch.setattr(rank_law, "OFTEN", -1.0)
    every = beats(10**9)
    assert every > 10 * quiet
    for limit in (1, every // 2, every):  # the last is among the draws
        with pytest.raises(Stopped):
            beats(limit)


def test_the_desk_says_the_rule_in_words_and_as_data_with_other_rules_beside_it(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    officer, call, numbers = _ruled_and_ranked(AwardRule(quotas=(LMIC,)))
    _tried(officer, call, AwardRule(at_most=(TWO,)))
    run_due_jobs()
    page = browser.sign_in(officer.id).get(f"/desk/calls/{call.id}/allocation").text
    assert "of the money goes to proposals led from low- and middle-income countries" in page
    assert "&#34;attribute&#34;: &#34;income_group&#34;" in page
    assert "Other rules, side by side" in page
    assert all(number in page for number in numbers)
    assert (
        "of the money for proposals led from low- and middle-income countries" in page
    )  # its price
