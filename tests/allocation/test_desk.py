"""The desk with long rankings, and with rules that take a solver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app.allocation import computing, queries, service, views
from app.allocation.models import AllocationState, Scenario, ScenarioState
from app.calls.award_rule import AtMost, AwardRule
from app.calls.models import Call, CallState
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.funds.models import Contribution
from tests.allocation.test_award_rule import a_ruled_call
from tests.browser_client import Browser, forms_of
from tests.factories import a_judged_call, an_approver, an_officer, planted

if TYPE_CHECKING:
    from app.core.web import EquipoiseApp
    from tests.conftest import LedgerReader


def _lines(awards: str) -> list[dict[str, Any]]:
    return [{"awarded": sign == "x"} for sign in awards]


@pytest.mark.parametrize(
    ("awards", "asked", "page", "first", "line"),
    [
        ("x" * 3 + "." * 2, "", 1, 5, 3),
        ("x" * 150 + "." * 850, "", 2, 100, 50),  # where the money ends
        ("x" * 150 + "." * 850, "1", 1, 100, 0),
        ("x" * 150 + "." * 850, "99", 10, 100, 0),  # the last there is
        ("x" * 150 + "." * 850, "-1", 2, 100, 50),
        ("x" * 100 + "." * 5, "", 1, 100, 100),
        ("x.x" + "." * 5, "", 1, 8, 0),  # no one line: some above it are not funded
        ("." * 5, "", 1, 5, 0),
        ("", "", 1, 0, 0),
    ],
)
def test_a_long_table_opens_where_the_money_ends(
    awards: str, asked: str, page: int, first: int, line: int
) -> None:
    found = views.page_of(_lines(awards), asked)
    assert (found["page"], len(found["lines"]), found["line_after"]) == (page, first, line)
    assert found["all"] == len(awards)


def test_a_rule_that_takes_a_solver_is_computed_by_a_job_and_anew_when_money_changes(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    officer = an_officer()
    call, numbers = a_ruled_call(AwardRule(at_most=(AtMost("institution", 2),)))
    with unit_of_work(Lens.STAFF):
        service.make_ranking(officer, db.session.get_one(Call, call.id))
    browser.sign_in(officer.id)
    desk = f"/desk/calls/{call.id}/allocation"

    assert "is not computed for the money" in browser.get(desk).text
    browser.fill_in(desk, form="/look-closer")
    waiting = browser.get(desk).text
    assert "Look again" in waiting
    assert 'value="0" max="100"' in waiting
    assert "Propose this allocation" not in waiting  # what nobody has seen is not proposed
    assert browser.client.get(f"{desk}.csv").status_code == 403
    run_due_jobs()
    page = browser.get(desk).text
    assert "Stop computing" not in page
    assert all(number in page for number in numbers)
    assert "90,000" in page  # the money it was computed with

    with planted():
        db.session.query(Contribution).filter_by(amount_minor=3_000_000).one().amount_minor = 100
    assert "is not computed for the money" in browser.get(desk).text
    browser.fill_in(desk, form="/look-closer")
    run_due_jobs()
    assert "60,001" in browser.get(desk).text
    assert numbers[0] in browser.get(f"{desk}.csv").text


def test_a_page_proposes_what_it_shows_without_solving_once_and_nothing_stale(
    app: EquipoiseApp, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    officer = an_officer()
    call, numbers = a_ruled_call(AwardRule(at_most=(AtMost("institution", 2),)))
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, call.id)
        service.make_ranking(officer, stored)
        service.look_closer(officer, stored)
    run_due_jobs()
    browser.sign_in(officer.id)
    desk = f"/desk/calls/{call.id}/allocation"
    shown = next(f for f in forms_of(browser.get(desk).text) if f.action.endswith("/allocation"))

    def sent(**values: str) -> str:
        answer = browser.client.post(desk, data={**shown.fields, **values})
        return answer.text if answer.status_code == 200 else browser.get(desk).text

    monkeypatch.setattr(computing, "by_rule", _never)
    with planted():
        pot = db.session.query(Contribution).filter_by(amount_minor=3_000_000).one()
        pot.amount_minor = 100

    assert "is not computed yet for the money" in sent()
    with planted():
        db.session.get_one(Contribution, pot.id).amount_minor = 3_000_000
    reason = {"departures-0-number": numbers[0], "departures-0-reason": "Paid elsewhere."}
    out = {**reason, "departures-0-decision": "decline"}
    wrong = sent(seen="f" * 64, **out)
    assert "changed since you opened this page" in wrong
    assert "Paid elsewhere." in wrong  # what was typed is kept
    assert f"Choose what is decided instead for {numbers[0]}" in sent(**reason)
    unread = sent(**out, **{"departures-0-amount": "120 NOK"})
    assert f"{numbers[0]}: “120NOK” is not an amount. Write figures alone" in unread
    assert "Paid elsewhere." in unread

    for _twice in range(2):
        assert "Proposed. Somebody else now has to approve it" in sent()
    assert "already waits for approval" in sent(**out)
    with unit_of_work(mode=Mode.READ):
        assert queries.allocations_made(call.id) == 1


def test_what_nobody_asked_for_is_asked_for_while_an_allocation_waits(
    app: EquipoiseApp, browser: Browser
) -> None:
    """As where the ranking was made by command; what is signed stays what it is."""
    assert app
    world = a_judged_call()
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, world.call.id)
        service.make_ranking(world.officer, call)
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, world.call.id)
        signed = service.propose(world.officer, call).sha256
    desk = f"/desk/calls/{call.id}/allocation"
    approver = Browser(app).sign_in(an_approver().id)
    assert "For this ranking nobody asked for them." in approver.get(desk).text
    browser.sign_in(world.officer.id).fill_in(desk, form="/look-closer")
    run_due_jobs()
    assert "Where each proposal could stand" in browser.get(desk).text
    with unit_of_work(mode=Mode.READ):
        waiting = queries.latest_allocation(call.id)
        assert waiting is not None
        assert (waiting.sha256, waiting.state) == (signed, AllocationState.PROPOSED)
    with planted():
        db.session.get_one(Call, call.id).state = CallState.RELEASED
    with unit_of_work(Lens.STAFF), pytest.raises(Refused, match="between the ranking and"):
        service.look_closer(world.officer, db.session.get_one(Call, call.id))


def _never(*_arguments: object) -> None:
    raise AssertionError


def test_who_asked_can_stop_the_computation_and_ask_again(
    app: EquipoiseApp, browser: Browser, ledger: LedgerReader
) -> None:
    assert app
    officer = an_officer()
    call, numbers = a_ruled_call(AwardRule(at_most=(AtMost("institution", 2),)))
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, call.id)
        service.make_ranking(officer, stored)
        service.look_closer(officer, stored)
    desk = f"/desk/calls/{call.id}/allocation"
    other = Browser(app).sign_in(an_approver().id)
    assert "Stop computing" not in other.get(desk).text
    browser.sign_in(officer.id)

    stopped = browser.fill_in(desk, form="/stop")
    assert "Nothing of it is kept" in stopped.text
    assert "is not computed for the money" in stopped.text
    run_due_jobs()
    with unit_of_work(mode=Mode.READ):
        own = db.session.query(Scenario).one()
        assert (own.state, own.result) == (ScenarioState.STOPPED, {})
        assert queries.calibration_of(own.ranking_id) is None  # what was asked for with it
    assert "allocation.scenario_stopped" in ledger.actions()
    gone = browser.client.post(f"/desk/calls/{call.id}/scenarios/{own.id}/stop")
    assert gone.status_code == 400  # nothing without the token of a form

    browser.fill_in(desk, form="/look-closer")
    assert "severity of reviewers are being computed" in browser.get(desk).text
    run_due_jobs()
    done = browser.get(desk).text
    assert numbers[0] in done
    assert "are being computed" not in done
    with unit_of_work(mode=Mode.READ):
        assert queries.calibration_of(own.ranking_id) is not None
