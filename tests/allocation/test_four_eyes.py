"""Departures agreed to one by one, a release by two people, and money that is gone meanwhile."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from markupsafe import escape
from sqlalchemy import select

from app.accounts.models import Role
from app.allocation import queries, service
from app.allocation.models import Allocation, AllocationState, Decision, Outcome
from app.allocation.service import Departure
from app.calls.models import Call, CallState
from app.core import clock
from app.core.db import db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.documents import pack
from app.documents.collecting.decision import decision_of
from app.documents.queries import documents_of
from app.documents.service import store
from app.funds import service as funding
from app.funds.models import Commitment, Contribution, ContributionState
from app.notifications.models import Letter
from tests.engines import both_engines
from tests.factories import (
    Released,
    a_judged_call,
    a_person,
    an_approver,
    approve_allocation,
    release_results,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.accounts.actor import Actor
    from app.core.web import EquipoiseApp
    from tests.browser_client import Browser


def _act(world: Released, actor: Actor, act: Callable[[Actor, Call, Allocation], None]) -> None:
    with unit_of_work(Lens.STAFF):
        made = queries.latest_allocation(world.call.id)
        assert made is not None
        act(actor, db.session.get_one(Call, world.call.id), made)


def _departing(world: Released) -> tuple[str, str]:
    """Propose with two departures: the second best gives way to the last."""
    with unit_of_work(Lens.STAFF):
        service.make_ranking(world.officer, db.session.get_one(Call, world.call.id))
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, world.call.id)
        ranking = queries.latest_ranking(call.id)
        assert ranking is not None
        _rule, result = service.outlook(call, ranking)
        out = next(
            line["proposal"]
            for line in reversed(result["lines"])
            if line["decision"] == Decision.AWARD.value
        )
        last = str(world.proposals["D"].number)
        service.propose(
            world.officer,
            call,
            [
                Departure(out, Decision.DECLINE, 0, "Another funder pays for it."),
                Departure(last, Decision.AWARD, 3_000_000, "A rare disease."),
            ],
        )
    return out, last


def _agree(number: str, seen: str = "") -> Callable[[Actor, Call, Allocation], None]:
    def act(actor: Actor, call: Call, made: Allocation) -> None:
        service.approve_departure(actor, call, made, number, seen_sha256=seen or made.sha256)

    return act


def _approve(actor: Actor, call: Call, made: Allocation) -> None:
    service.approve(actor, call, made, seen_sha256=made.sha256)


@both_engines
def test_departures_are_agreed_to_one_by_one_before_the_whole_is_signed(
    app: EquipoiseApp,
) -> None:
    assert app
    world, second = a_judged_call(), an_approver()
    out, last = _departing(world)

    with pytest.raises(Refused, match="one by one"):
        _act(world, world.approver, _approve)
    _act(world, world.approver, _agree(out))
    with pytest.raises(Refused, match=f"Still open: {last}"):
        _act(world, world.approver, _approve)
    with pytest.raises(Refused, match="has agreed"):
        _act(world, second, _agree(out))
    with pytest.raises(Refused, match="changed since you opened"):
        _act(world, second, _agree(last, seen="f" * 64))
    _act(world, second, _agree(last))
    _act(world, world.approver, _approve)

    with unit_of_work():
        made = queries.latest_allocation(world.call.id)
        assert made is not None
        assert made.state is AllocationState.APPROVED
        call = db.session.get_one(Call, world.call.id)
        _decision, bundle = decision_of(call, made, queries.lines_of(made.id))
    told = {one["proposal"]: one["approver"] for one in bundle["departures"]}
    assert told == {out: world.approver.name, last: second.name}


def test_what_is_released_tells_departures_to_everybody_and_of_the_unfunded_only_how_many(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    world = a_judged_call()
    out, last = _departing(world)
    for number in (out, last):
        _act(world, world.approver, _agree(number))
    _act(world, world.approver, _approve)
    release_results(world)

    page = browser.get(f"/results/{world.call.code}").text
    _before, _heading, told = page.partition('<h2 id="departures">')
    told = told[: told.index("<h2>")]
    assert f'href="#{last}-A"' in told
    assert "A rare disease." in told
    assert "1 departure is about a proposal that was not funded." in told
    (name,) = (name for name, one in world.proposals.items() if one.number == out)
    unfunded = (out, "Another funder pays for it.", world.leads[name].name)
    assert not [one for one in unfunded if one in page]
    api = json.loads(browser.get(f"/api/v1/results/{world.call.code}").text)
    assert api["result"]["departures"] == 2
    assert [one["departure"] for one in api["awards"] if one["departure"]] == ["A rare disease."]

    with unit_of_work(mode=Mode.READ):
        made = queries.latest_allocation(world.call.id)
        assert made is not None
        agreed = {one.number: one.approved_at for one in queries.departures_of(made.id)}
        signed = list(csv.DictReader(StringIO(pack.signatures(made).content.decode())))
        report = documents_of(world.call.id)[0]
        kept = json.loads(store().get(report.facts_key))["departures"]
    assert {one["number"]: datetime.fromisoformat(one["at"]) for one in kept} == agreed
    listed = [one for one in signed if one["act"] == "approve-departure"]
    assert {one["proposal"]: clock.from_text(one["at"]) for one in listed} == agreed
    assert {one["reason"] for one in listed} == {"Another funder pays for it.", "A rare disease."}
    assert {one["name"] for one in listed} == {world.approver.name}
    assert {one["sha256"] for one in signed} == {made.sha256}
    acts = ["propose", *["approve-departure"] * 2, "approve", "propose-release", "release"]
    assert [one["act"] for one in signed] == acts

    with unit_of_work(mode=Mode.READ):
        letters = {one.body for one in db.session.scalars(select(Letter))}
    for reason in ("Another funder pays for it.", "A rare disease."):
        said = f"This departs from the rule of the call, for this reason: {reason}"
        assert sum(said in body for body in letters) == 1
    funded = next(key for key, one in world.proposals.items() if one.number == last)
    pages = {}
    for key in (name, funded, "A"):
        browser.sign_in(world.leads[key].id)
        pages[key] = browser.get(f"/proposals/{world.proposals[key].id}/outcome").text
    assert "Another funder pays for it." in pages[name]
    assert "lists the proposal by its number alone, with its place" in pages[name]
    assert "the public page of results shows its title" in pages[funded]
    also = "Everybody can read there, too, that the decision departs from the rule, and why."
    assert [also in page for page in pages.values()] == [True, True, False]


def test_nobody_agrees_to_their_own_departure(app: EquipoiseApp) -> None:
    assert app
    both = a_person(Role.OFFICER, Role.APPROVER)
    world = a_judged_call()
    world = Released(
        world.call, both, world.approver, world.reviewers, world.leads, world.proposals
    )
    out, _last = _departing(world)

    with pytest.raises(Refused, match="somebody else must agree"):
        _act(world, both, _agree(out))
    with pytest.raises(Refused, match="does not depart"):
        _act(world, world.approver, _agree("NOBODY-1"))


def test_an_officer_alone_cannot_agree_to_a_departure(app: EquipoiseApp) -> None:
    assert app
    world = a_judged_call()
    out, _last = _departing(world)

    with pytest.raises(Refused):
        _act(world, a_person(Role.OFFICER), _agree(out))


@both_engines
def test_a_release_takes_two_people_and_tells_nobody_before(app: EquipoiseApp) -> None:
    assert app
    world = a_judged_call()
    approve_allocation(world)

    with pytest.raises(Refused, match="Two people release"):
        _act(world, world.officer, service.release)
    _act(world, world.officer, service.propose_release)
    with pytest.raises(Refused, match="somebody else confirms"):
        _act(world, world.officer, service.release)
    with pytest.raises(Refused, match="another person now confirms"):
        _act(world, world.approver, service.propose_release)
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Outcome)).all() == []
        assert db.session.get_one(Call, world.call.id).state is CallState.APPROVING
    _act(world, world.approver, service.release)

    with unit_of_work(mode=Mode.READ):
        assert db.session.get_one(Call, world.call.id).state is CallState.RELEASED


def test_a_release_is_proposed_anew_for_a_new_allocation(app: EquipoiseApp) -> None:
    assert app
    world = a_judged_call()
    approve_allocation(world)
    _act(world, world.officer, service.propose_release)
    _act(
        world,
        world.approver,
        lambda actor, call, made: service.send_back(actor, call, made, "Once more."),
    )
    with unit_of_work(Lens.STAFF):
        service.propose(world.officer, db.session.get_one(Call, world.call.id))
    _act(world, world.approver, _approve)

    with pytest.raises(Refused, match="Two people release"):
        _act(world, world.approver, service.release)


def test_the_desk_shows_both_steps_to_those_who_may_take_them(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    world = a_judged_call()
    out, _last = _departing(world)
    desk = f"/desk/calls/{world.call.id}/allocation"
    browser.sign_in(world.approver.id)

    shown = browser.get(desk).text
    assert "Agree to the departure for" in shown
    assert "once every departure is agreed to" in shown
    for one in (out, str(world.proposals["D"].number)):
        browser.fill_in(desk, form=f"/departures/{one}/approve")
    browser.fill_in(desk, form="/allocation/approve")
    answered = browser.fill_in(desk, form="/propose-release")
    assert "somebody else confirms it" in answered.text
    browser.sign_in(world.officer.id)
    assert "Release the results" in browser.get(desk).text


@both_engines
def test_a_contribution_withdrawn_after_the_allocation_stops_the_release_and_says_whom(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    world = a_judged_call()
    approve_allocation(world)
    desk = f"/desk/calls/{world.call.id}/allocation"
    assert "/allocation/propose-release" in browser.sign_in(world.officer.id).get(desk).text
    with unit_of_work(Lens.STAFF) as work:
        two = db.session.scalars(
            select(Contribution).where(Contribution.amount_minor == 3_000_000)
        ).one()
        today = clock.now().date()
        funding.move_contribution(
            world.officer, two, ContributionState.WITHDRAWN, today, "The budget was cut."
        )
        work.enforced += 1

    with pytest.raises(Refused, match="withdrawn or has less left") as told:
        release_results(world)
    assert any(str(one.number) in str(told.value) for one in world.proposals.values())
    for person, todo in (
        (world.officer, "Ask an approver of the call to send it back"),
        (world.approver, "Send it back below"),
    ):
        shown = browser.sign_in(person.id).get(desk).text
        assert "/allocation/propose-release" not in shown  # it would be refused
        assert escape(str(told.value)) in shown
        assert todo in shown

    _act(
        world,
        world.approver,
        lambda actor, call, made: service.send_back(actor, call, made, "Money is gone."),
    )
    with unit_of_work(Lens.STAFF):
        again = service.propose(world.officer, db.session.get_one(Call, world.call.id))
        assert again.budget_minor == 4_000_000
    _act(world, world.approver, _approve)
    release_results(world)
    with unit_of_work(mode=Mode.READ):
        promised = db.session.scalars(select(Commitment.amount_minor)).all()
    assert sum(promised) == 3_000_000
