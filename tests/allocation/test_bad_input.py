"""What people may do wrong at the desk, through its pages: each is answered by a sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.accounts.models import Role
from app.allocation import queries, service
from app.allocation.models import DrawWay, PublicKind
from app.allocation.service import Chance
from app.calls.award_rule import AwardRule, Limit, Quota
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.money import MoneyError
from app.core.work import Mode, unit_of_work
from app.funds import queries as funds
from app.funds.models import Contribution, ContributionState
from app.proposals.rules import CallMoney
from tests.allocation.test_award_rule import a_ruled_call
from tests.browser_client import Browser, forms_of
from tests.factories import a_judged_call, a_person, an_officer, planted

if TYPE_CHECKING:
    from app.core.web import EquipoiseApp


def _sent(browser: Browser, address: str, **values: str) -> str:
    """Send values that no page offers any more, with the token of a page, and read the answer."""
    page = next(f for f in forms_of(browser.get("/").text) if "csrf_token" in f.fields)
    token = page.fields["csrf_token"][0]
    answer = browser.client.post(address, data={"csrf_token": token, **values})
    assert answer.status_code in {200, 403}
    return answer.text


def test_signatures_that_cannot_count_are_refused(app: EquipoiseApp) -> None:
    world = a_judged_call(approvals_needed=2)
    desk = f"/desk/calls/{world.call.id}/allocation"
    both = a_person(Role.OFFICER, Role.APPROVER)
    proposer, approver = Browser(app).sign_in(both.id), Browser(app).sign_in(world.approver.id)
    proposer.fill_in(f"/desk/calls/{world.call.id}/ranking")
    proposer.fill_in(desk, form="/allocation")
    with unit_of_work(mode=Mode.READ):
        made = queries.latest_allocation(world.call.id)
        assert made is not None

    own = _sent(proposer, f"{desk}/approve", seen=made.sha256)
    assert "You proposed this allocation; somebody else must approve it" in own
    stale = _sent(approver, f"{desk}/approve", seen="f" * 64)
    assert "changed since you opened this page" in stale
    assert "Signed" in approver.fill_in(desk, form="/approve").text
    twice = _sent(approver, f"{desk}/approve", seen=made.sha256)
    assert "the next signature is another" in twice
    alone = _sent(proposer, f"{desk}/release")
    assert "Only an approved allocation can be released" in alone
    with unit_of_work(mode=Mode.READ):
        assert len(queries.signatures_of(made.id)) == 2

    with planted():
        pot = db.session.query(Contribution).filter_by(amount_minor=3_000_000).one()
        pot.state = ContributionState.WITHDRAWN
    page = approver.get(desk).text
    assert "was withdrawn or has less left than this allocation takes" in page
    assert "Send the allocation back and propose it again" in page
    assert "/allocation/approve" not in page  # it would be refused
    back = {"reason": "Decide again."}
    again = approver.fill_in(desk, form="/send-back", **back).text
    with unit_of_work(mode=Mode.READ):
        funder = funds.funder_name(pot.funder_id)
    assert funder in page
    assert funder not in again  # what was withdrawn gives nothing any more


def test_what_is_embargoed_is_answered_like_what_was_made_up(app: EquipoiseApp) -> None:
    world = a_judged_call()
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, world.call.id)
        service.make_ranking(world.officer, stored)
        service.look_closer(world.officer, stored)
    with unit_of_work(Lens.STAFF):
        service.propose(world.officer, db.session.get_one(Call, world.call.id))
        ranking = queries.latest_ranking(world.call.id)
        assert ranking is not None
        own = queries.scenario_numbered(ranking.id, 0)
        assert own is not None
    here, nowhere = world.call.id, new_id()
    mine, other = world.proposals["A"].id, new_id()
    pairs = [
        (f"/results/{world.call.code}", "/results/NOSUCH-1"),
        *((f"/proposals/{mine}/{page}", f"/proposals/{other}/{page}") for page in LETTERS),
        *((f"/desk/calls/{here}/{page}", f"/desk/calls/{nowhere}/{page}") for page in DESK),
        (
            f"/desk/calls/{here}/scenarios/{own.id}/progress",
            f"/desk/calls/{nowhere}/scenarios/{new_id()}/progress",
        ),
    ]
    for person in (world.leads["A"], world.reviewers[0]):
        browser = Browser(app).sign_in(person.id)
        for secret, made_up in pairs:
            found, absent = browser.get(secret), browser.get(made_up)
            assert (found.status_code, found.data) == (404, absent.data), secret
            assert absent.status_code == 404


LETTERS = ("outcome", "decision-letter.pdf")
DESK = ("allocation", "allocation.csv", "ranking.json", "draw", "scenarios", "reports")


def test_rules_that_cannot_hold_say_which_and_go_on_once_there_is_a_remedy(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    officer = an_officer()
    two = Quota("country", ("KE", "PE"), Limit.MIN_COUNT, 2)
    call, numbers = a_ruled_call(AwardRule(quotas=(two,)))
    with planted():
        for pot in db.session.query(Contribution).all():
            pot.amount_minor = 2_500_000  # 50,000 in all: one proposal of 30,000
    browser.sign_in(officer.id)
    desk = f"/desk/calls/{call.id}/allocation"

    ranked = browser.fill_in(f"/desk/calls/{call.id}/ranking")
    assert ranked.status_code == 200
    run_due_jobs()
    told = browser.get(desk).text
    assert "No choice of proposals keeps this rule of the call" in told
    assert "at least 2 awards for proposals led from" in told
    assert "put more money into the fund" in told
    assert browser.client.get(f"{desk}.csv").status_code == 403

    with planted():
        for pot in db.session.query(Contribution).all():
            pot.amount_minor = 4_500_000
    assert "is not computed for the money" in browser.get(desk).text
    browser.fill_in(desk, form="/look-closer")
    run_due_jobs()
    page = browser.get(desk).text
    assert "No choice of proposals" not in page
    assert "Propose this allocation" in page
    assert all(number in page for number in numbers)


def test_a_tie_longer_than_the_draw_has_places_is_drawn_whole(app: EquipoiseApp) -> None:
    assert app
    tied = ("4", "4", "3")
    grades = {"A": ("6", "6", "6"), "B": tied, "C": tied, "D": tied, "E": ("1", "1", "1")}
    world = a_judged_call(grades, award_rule={"draw": "uniform"})
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, world.call.id)
        service.make_ranking(world.officer, stored)
        service.look_closer(world.officer, stored)
    run_due_jobs()
    later = clock.now() + timedelta(hours=2)
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, world.call.id)
        chance = Chance(DrawWay.PUBLIC, PublicKind.TEXT, "The lottery", later)
        draw = service.commit_draw(world.officer, stored, chance)
    with clock.story_at(later + timedelta(hours=1)):
        for person in (world.officer, world.approver):
            with unit_of_work(Lens.STAFF):
                stored = db.session.get_one(Call, world.call.id)
                held = queries.draw_of(draw.ranking_id)
                assert held is not None
                service.enter_value(person, stored, held, "3 17 22 31")
    numbers = {str(world.proposals[name].number) for name in "BCD"}
    with unit_of_work(mode=Mode.READ):
        held = queries.draw_of(draw.ranking_id)
        assert held is not None
        chances = held.record["probabilities"]
    assert {chances[number] for number in numbers} == {"1/3"}  # one place, three that are equal
    assert len(numbers & set(held.record["selected"])) == 1


def test_a_currency_without_a_rate_is_refused_with_those_that_have_one() -> None:
    terms = CallMoney("EUR", {"USD": "0.9"}, None)
    with pytest.raises(MoneyError, match="publishes no rate for NOK"):
        terms.requested("100", "NOK")
