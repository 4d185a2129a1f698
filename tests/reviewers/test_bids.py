"""Bids: an order of one's own, for nobody else, changeable until they close."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from app.proposals.models import Proposal, ProposalState
from app.reviewers import service as reviewers
from app.reviewers.assigning import queries as plans
from app.reviewers.assigning import service as planning
from app.reviewers.assigning.inputs import Wishes
from app.reviewers.bidding import queries, rules, service
from app.reviewers.bidding.models import Bidding, BidSheet
from app.reviewers.models import ConflictKind
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_person,
    a_reviewer,
    a_submitted_proposal,
    an_officer,
    in_pool,
    planted,
)


class World:
    def __init__(self, proposals: int = 5, people: int = 2) -> None:
        self.call = a_call(phase="assigning", reviewers_each=1)
        self.officer = an_officer()
        self.proposals = [
            a_submitted_proposal(self.call, a_person(organisation=f"Home {n}"))
            for n in range(proposals)
        ]
        self.people = [a_reviewer(organisation=f"Elsewhere {n}") for n in range(people)]
        for person in self.people:
            in_pool(self.call, person)

    def stored(self) -> Call:
        return db.session.get_one(Call, self.call.id)

    def ask(self, closes_at: datetime | None = None, actor: Actor | None = None) -> int:
        with unit_of_work(Lens.STAFF):
            return service.ask_for_bids(
                actor or self.officer,
                self.stored(),
                closes_at or clock.now() + timedelta(days=3),
            )

    def save(self, person: Actor, answers: dict[str, str], seen: int) -> None:
        with unit_of_work(Lens.REVIEWER):
            own = queries.own_sheet(person.id, self.call.id)
            assert own is not None
            service.save(person, own, answers, seen=seen)

    def sheet(self, person: Actor) -> tuple[list[str], dict[str, str], int]:
        with unit_of_work(Lens.REVIEWER, Mode.READ):
            own = queries.own_sheet(person.id, self.call.id)
            assert own is not None
            return list(own.sheet.shown), dict(own.sheet.bids), own.sheet.revision


@both_engines
def test_everybody_is_asked_once_in_an_order_of_their_own(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    assert app
    world = World(proposals=12)

    assert world.ask() == 2
    first, second = (world.sheet(person)[0] for person in world.people)
    assert set(first) == set(second) == {one.id for one in world.proposals}
    assert first != second
    assert world.ask() == 0
    assert ledger.actions().count("reviewers.bidding_opened") == 1
    assert ledger.actions().count("reviewers.bidding_changed") == 1
    with unit_of_work(mode=Mode.READ):
        seeds = db.session.scalars(select(BidSheet)).all()
        assert all(rules.order_for(one.seed, one.shown) == one.shown for one in seeds)
        letters = [one for one in db.session.scalars(select(Letter)) if "bidding" in one.kind]
        assert len(letters) == 2


@both_engines
def test_answers_are_kept_changed_and_taken_back_until_it_closes(app: EquipoiseApp) -> None:
    assert app
    world = World()
    world.ask()
    person, (one, other, *_rest) = world.people[0], [p.id for p in world.proposals]

    world.save(person, {one: "yes", other: "no"}, seen=0)
    world.save(person, {one: "maybe", other: ""}, seen=1)
    assert world.sheet(person)[1:] == ({one: "maybe"}, 2)
    with pytest.raises(Refused, match="another window"):
        world.save(person, {one: "no"}, seen=1)
    with planted():
        db.session.get_one(Bidding, world.call.id).closes_at = clock.now() - timedelta(seconds=1)
    with pytest.raises(Refused, match="Bidding is closed"):
        world.save(person, {one: "no"}, seen=2)
    assert world.sheet(person)[1] == {one: "maybe"}


def test_only_what_one_is_shown_and_only_three_answers_count(app: EquipoiseApp) -> None:
    assert app
    world = World()
    elsewhere = a_submitted_proposal(a_call())
    world.ask()
    one = world.proposals[0].id
    world.save(world.people[0], {elsewhere.id: "yes", one: "please", "x": "no"}, seen=0)

    assert world.sheet(world.people[0])[1] == {}


@both_engines
def test_what_one_has_a_conflict_with_is_never_shown_and_leaves_when_it_becomes_known(
    app: EquipoiseApp,
) -> None:
    assert app
    world = World()
    same = a_submitted_proposal(world.call, a_person(organisation="Elsewhere 0"))
    world.ask()
    person, other = world.people
    assert same.id not in world.sheet(person)[0]
    assert same.id in world.sheet(other)[0]

    late = world.proposals[2]
    world.save(person, {late.id: "yes", world.proposals[3].id: "yes"}, seen=0)
    with unit_of_work(Lens.STAFF):
        reviewers.add_conflict(
            world.officer,
            world.stored(),
            db.session.get_one(Proposal, late.id),
            person.id,
            kind=ConflictKind.OTHER,
            reason="They told us.",
        )
    shown, bids, _revision = world.sheet(person)
    assert late.id not in shown
    assert bids == {world.proposals[3].id: "yes"}


def test_bids_of_others_are_as_if_there_were_none(app: EquipoiseApp) -> None:
    world = World()
    world.ask()
    world.save(world.people[1], {world.proposals[0].id: "yes"}, seen=0)
    mine = Browser(app).sign_in(world.people[0].id).get(f"/bids/{world.call.id}").text
    outsider = Browser(app).sign_in(a_reviewer().id)

    assert 'value="yes" checked' not in mine
    assert world.people[1].name not in mine
    assert outsider.client.get(f"/bids/{world.call.id}").status_code == 404
    assert outsider.client.get(f"/bids/{a_call().id}").status_code == 404


def test_no_page_of_bids_names_who_applies_nor_the_number_of_a_proposal(app: EquipoiseApp) -> None:
    world = World()
    lead = a_person(name="Leada Quellwort", organisation="Quellwort Institute")
    proposal = a_submitted_proposal(world.call, lead)
    world.ask()
    page = Browser(app).sign_in(world.people[0].id).get(f"/bids/{world.call.id}").text

    assert f"bid-{proposal.id}" in page
    assert "Quellwort" not in page
    assert proposal.number
    assert proposal.number not in page


def test_a_person_answers_in_the_browser_and_autosave_keeps_a_page(app: EquipoiseApp) -> None:
    world = World(proposals=rules.PER_PAGE + 3)
    world.ask()
    person = world.people[0]
    browser = Browser(app).sign_in(person.id)
    path = f"/bids/{world.call.id}"
    shown, _bids, _revision = world.sheet(person)
    answer = browser.fill_in(path, **{f"bid-{shown[0]}": "yes"})
    assert "Your answers are saved." in answer.text
    assert world.sheet(person)[1] == {shown[0]: "yes"}
    assert f"bid-{shown[-1]}" in browser.get(f"{path}?page=2").text
    assert f"bid-{shown[-1]}" not in browser.get(path).text

    app.config["WTF_CSRF_ENABLED"] = False
    try:
        sent = {"version": "1", f"bid-{shown[1]}": "no"}
        kept = browser.post(f"{path}/autosave", data=sent)
        assert (kept.status_code, kept.json and kept.json["version"]) == (200, 2)
        assert browser.post(f"{path}/autosave", data=sent).status_code == 409
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert world.sheet(person)[1] == {shown[0]: "yes", shown[1]: "no"}


def test_what_was_said_stays_on_the_page_when_it_cannot_be_saved(app: EquipoiseApp) -> None:
    world = World()
    world.ask()
    person = world.people[0]
    browser = Browser(app).sign_in(person.id)
    path, name = f"/bids/{world.call.id}", f"bid-{world.proposals[0].id}"
    answer = browser.fill_in(path, **{name: "yes", "version": "7"})

    assert "another window" in answer.text
    assert f'name="{name}" value="yes" checked' in answer.text


def test_the_office_sees_how_much_is_answered_and_not_what(app: EquipoiseApp) -> None:
    world = World()
    browser = Browser(app).sign_in(world.officer.id)
    path = f"/desk/calls/{world.call.id}/bidding"
    closes = clock.now() + timedelta(days=2)
    browser.fill_in(path, closes=f"{closes:%Y-%m-%dT%H:%M}")
    world.save(world.people[0], {world.proposals[0].id: "yes"}, seen=0)
    page = browser.get(path).text

    assert world.people[0].name in page
    assert "Bidding is open until" in page
    assert "A thing worth finding out" not in page


@pytest.mark.parametrize("phase", ["closed", "reviewing", "released"])
def test_bids_are_asked_for_while_assigning(app: EquipoiseApp, phase: str) -> None:
    assert app
    world = World(proposals=0)
    world.call = a_call(phase=phase)
    with pytest.raises(Refused):
        world.ask()


def test_who_may_not_ask_for_bids(app: EquipoiseApp) -> None:
    assert app
    world = World()
    both = a_person(Role.OFFICER, Role.REVIEWER)
    in_pool(world.call, both)
    for actor in (both, a_person(), world.people[0], a_person(Role.APPROVER)):
        with pytest.raises(Refused):
            world.ask(actor=actor)
    with pytest.raises(Refused, match="in the future"):
        world.ask(closes_at=clock.now() - timedelta(hours=1))


def test_a_plan_follows_bids_within_bounds_and_shows_those_without_expertise(
    app: EquipoiseApp,
) -> None:
    assert app
    world = World(proposals=6, people=3)
    world.ask()
    wanted = world.proposals[4].id
    world.save(world.people[0], {wanted: "yes"}, seen=0)
    world.save(world.people[1], {wanted: "no"}, seen=0)
    with unit_of_work(Lens.STAFF):
        plan_id = planning.ask(world.officer, world.stored(), Wishes(each=1)).id
    run_due_jobs()
    with unit_of_work(mode=Mode.READ):
        sheet = plans.sheet_of(plan_id)
        inputs = plans.inputs_of(world.stored(), Wishes(each=1))
    assert sheet is not None
    assert len(inputs.bids) == 2
    pair = (sheet.proposals.index(wanted), sheet.people.index(world.people[0].id))
    assert pair in sheet.unsupported  # nothing is known of what anybody knows here
    assert dict(sheet.options(pair[0]))[pair[1]] == 6_000  # 0.15 × a fifth × one wish of five


def test_what_is_no_longer_eligible_leaves_the_list(app: EquipoiseApp) -> None:
    world = World()
    world.ask()
    gone = world.proposals[0]
    with planted():
        db.session.get_one(Proposal, gone.id).state = ProposalState.WITHDRAWN
    page = Browser(app).sign_in(world.people[0].id).get(f"/bids/{world.call.id}").text

    assert f"bid-{gone.id}" not in page
    assert f"bid-{world.proposals[1].id}" in page
