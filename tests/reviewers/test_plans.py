"""Plans through the product: asked for, computed by a job, looked at, changed, accepted."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select

from app.accounts.actor import Actor
from app.accounts.models import Person, Role, RoleGrant
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger.models import LedgerEntry, LedgerPayload
from app.notifications.models import Letter
from app.proposals.models import Proposal, ProposalState, Version
from app.reviewers import queries as reviewers
from app.reviewers.assigning import queries, service
from app.reviewers.assigning.inputs import Wishes
from app.reviewers.assigning.models import AssignmentPlan, PlanState
from app.reviewers.assigning.plans import NOBODY, Standing
from app.reviewers.assigning.service import accepting, asking
from app.reviewers.models import Conflict, ConflictKind, PoolMember, Seat, SeatHolder, SeatState
from scoring.assignment.document import answer, request_from
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.counting import statements
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_person,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_approver,
    an_officer,
    in_pool,
    plant,
    planted,
)

FIELDS = ("cervical screening", "childhood leukaemia", "breast ultrasound", "lung radiotherapy")


class World:
    """A call in assigning with proposals and a pool of people from many places."""

    def __init__(self, proposals: int = 4, people: int = 6, each: int = 2, most: int = 4) -> None:
        self.call = a_call(phase="assigning", reviewers_each=each)
        self.officer = an_officer()
        self.proposals = [
            a_submitted_proposal(self.call, a_person(organisation=f"Home {n}"))
            for n in range(proposals)
        ]
        self.people = [
            a_reviewer(name=f"Judith Nr{n}", organisation=f"Elsewhere {n}") for n in range(people)
        ]
        for person in self.people:
            in_pool(self.call, person, most)
        with planted():
            for n, proposal in enumerate(self.proposals):
                version = db.session.get_one(Version, proposal.version_id)
                version.title = f"{FIELDS[n % 4]} by {FIELDS[(n + 1) % 4]}"
            for n, person in enumerate(self.people):
                member = reviewers.member(self.call.id, person.id)
                assert member is not None
                member.expertise = f"{FIELDS[n % 4]}; {FIELDS[(n + 2) % 4]}"

    def stored(self) -> Call:
        return db.session.get_one(Call, self.call.id)

    def ask(self, actor: Actor | None = None) -> str:
        with unit_of_work(Lens.STAFF):
            asked = Wishes(each=self.call.reviewers_each)
            return service.ask(actor or self.officer, self.stored(), asked).id

    def plan(self) -> str:
        plan_id = self.ask()
        assert run_due_jobs()
        return plan_id

    def read(self, plan_id: str) -> AssignmentPlan:
        with unit_of_work(mode=Mode.READ):
            plan = db.session.get_one(AssignmentPlan, plan_id)
            db.session.expunge(plan)
            return plan

    def standing(self, plan_id: str) -> Standing:
        with unit_of_work(mode=Mode.READ):
            return service.standing_of(db.session.get_one(AssignmentPlan, plan_id))

    def edit(self, plan_id: str, change: tuple[int, int, int], seen: int = 0) -> None:
        with unit_of_work(Lens.STAFF):
            plan = queries.get_plan(self.call.id, plan_id)
            assert plan is not None
            service.edit(self.officer, self.stored(), plan, change, seen=seen)

    def decide(self, plan_id: str, *, actor: Actor | None = None, seen: int | None = None) -> None:
        with unit_of_work(Lens.STAFF):
            plan = queries.get_plan(self.call.id, plan_id)
            assert plan is not None
            seen = plan.revision if seen is None else seen
            service.accept(actor or self.officer, self.stored(), plan, seen=seen)

    def accept(self, plan_id: str, *, seen: int | None = None) -> int:
        """Accept a plan and let the worker give its seats; return how many."""
        self.decide(plan_id, seen=seen)
        run_due_jobs()
        return self.read(plan_id).seats_given

    def seats(self) -> set[tuple[str, str]]:
        with unit_of_work(mode=Mode.READ):
            return {
                (seat.proposal_id, seat.account_id) for seat in reviewers.seats_of(self.call.id)
            }

    def conflict(self, proposal_id: str, account_id: str) -> None:
        plant(
            Conflict(
                call_id=self.call.id,
                proposal_id=proposal_id,
                account_id=account_id,
                kind=ConflictKind.OTHER,
                declared=True,
                found_at=clock.now(),
            )
        )


@both_engines
def test_a_plan_is_asked_for_computed_and_accepted_and_its_seats_are_given_together(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    assert app
    world = World()
    plan_id = world.ask()

    assert world.read(plan_id).state is PlanState.ASKED
    assert world.seats() == set()
    run_due_jobs()
    plan = world.read(plan_id)
    assert (plan.state, plan.number, plan.trouble) == (PlanState.READY, 1, "")
    assert 0 < plan.figures["total"] <= plan.figures["bound_total"]
    assert 0 < plan.figures["worst"] <= plan.figures["bound_worst"]
    assert world.seats() == set()  # looking gives nothing

    assert world.accept(plan_id) == 8
    assert len(world.seats()) == 8
    assert {proposal for proposal, _ in world.seats()} == {one.id for one in world.proposals}
    assert world.read(plan_id).state is PlanState.ACCEPTED
    said = ledger.actions()
    assert "reviewers.plan_asked" in said
    assert "reviewers.plan_made" in said
    assert said.count("reviewers.seats_given") == 4
    assert said.count("reviewers.plan_accepted") == 1


def test_everybody_is_written_to_once_and_the_letter_names_no_proposal(app: EquipoiseApp) -> None:
    assert app
    world = World()
    world.accept(world.plan())

    seated = {account for _proposal, account in world.seats()}
    with unit_of_work(mode=Mode.READ):
        letters = list(db.session.scalars(select(Letter)))
        assert {letter.account_id for letter in letters} == seated
        assert len(letters) == len({letter.account_id for letter in letters})
        numbers = [str(one.number) for one in world.proposals]
        assert not any(number in letter.body for letter in letters for number in numbers)


def test_the_seed_is_in_the_ledger_before_and_the_hashes_after(app: EquipoiseApp) -> None:
    assert app
    world = World()
    plan_id = world.plan()
    plan = world.read(plan_id)

    with unit_of_work(mode=Mode.READ):
        rows = db.session.execute(
            select(LedgerEntry.action, LedgerPayload.payload)
            .join(LedgerPayload, LedgerPayload.seq == LedgerEntry.seq)
            .where(LedgerEntry.action.in_(["reviewers.plan_asked", "reviewers.plan_made"]))
            .order_by(LedgerEntry.seq)
        ).all()
    asked, made = (json.loads(row.payload) for row in rows)
    assert asked["seed"] == made["seed"] == plan.seed
    assert made["inputs_sha256"] == plan.inputs_sha256
    assert made["sheet_sha256"] == plan.sheet_sha256


def test_running_the_job_again_changes_nothing(app: EquipoiseApp) -> None:
    assert app
    world = World()
    plan_id = world.plan()
    before = world.read(plan_id)
    with unit_of_work():
        asking._keep({"plan_id": plan_id}, asking.Made("other", b"EQP1", {"sha256": ""}, []))
    again = world.read(plan_id)

    assert (again.inputs_sha256, again.revision) == (before.inputs_sha256, before.revision)


@both_engines
def test_a_conflict_entered_between_preview_and_accept_stops_all_of_it(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    world = World()
    plan_id = world.plan()
    standing = world.standing(plan_id)
    i, j = standing.new_seats()[0]
    world.conflict(standing.sheet.proposals[i], standing.sheet.people[j])

    number, person = standing.sheet.numbers[i], standing.sheet.people[j]
    assert world.accept(plan_id) == 0
    assert world.seats() == set()
    plan = world.read(plan_id)
    assert plan.state is PlanState.READY
    assert plan.trouble == f"{person} now has a conflict of interest with {number}."
    assert (plan.ended_by, plan.ended_at) == (None, None)
    assert ledger.actions()[-1] == "reviewers.plan_not_given"
    page = Browser(app).sign_in(world.officer.id)
    shown = page.get(f"/desk/calls/{world.call.id}/plans/{plan_id}").text
    name = next(one.name for one in world.people if one.id == person)
    assert f"{name} now has a conflict of interest with {number}." in shown
    assert "no seat was given" in shown


def test_a_person_who_left_a_withdrawn_proposal_and_a_lower_limit_stop_it(
    app: EquipoiseApp,
) -> None:
    assert app
    world = World()
    plan_id = world.plan()
    standing = world.standing(plan_id)
    loads = [standing.loads[j] for j in range(len(standing.sheet.people))]
    busiest = standing.sheet.people[loads.index(max(loads))]
    with planted():
        member = db.session.scalars(
            select(PoolMember).where(PoolMember.account_id == busiest)
        ).one()
        member.most = max(loads) - 1
    world.accept(plan_id)
    assert f"would get {max(loads)} proposals, and may get" in world.read(plan_id).trouble
    with planted():
        db.session.delete(
            db.session.scalars(select(PoolMember).where(PoolMember.account_id == busiest)).one()
        )
        stored = db.session.get_one(Proposal, world.proposals[0].id)
        stored.state = ProposalState.WITHDRAWN
    world.accept(plan_id)
    trouble = world.read(plan_id).trouble
    assert "has left the pool" in trouble
    assert "no longer eligible" in trouble
    assert world.seats() == set()


def test_seats_that_were_given_stay_and_those_who_declined_are_not_asked_again(
    app: EquipoiseApp,
) -> None:
    assert app
    world = World()
    kept = a_seat(world.call, world.proposals[0], world.people[0], state=SeatState.ACCEPTED)
    a_seat(world.call, world.proposals[0], world.people[1], state=SeatState.DECLINED)
    plan_id = world.plan()
    standing = world.standing(plan_id)
    place = standing.sheet.proposals.index(world.proposals[0].id)

    assert world.read(plan_id).figures["kept"] == 1
    names = {standing.sheet.people[j] for j in standing.people_of(place)}
    assert world.people[0].id in names
    assert world.people[1].id not in names
    assert world.accept(plan_id) == 7
    with unit_of_work(mode=Mode.READ):
        assert db.session.get_one(Seat, kept.id).state is SeatState.ACCEPTED


def test_when_a_reviewer_vanishes_the_next_plan_keeps_the_rest(app: EquipoiseApp) -> None:
    assert app
    world = World()
    world.accept(world.plan())
    before = world.seats()
    gone = min(before)
    with planted():
        seat = db.session.scalars(
            select(Seat)
            .join(SeatHolder, SeatHolder.seat_id == Seat.id)
            .where(SeatHolder.proposal_id == gone[0], SeatHolder.account_id == gone[1])
        ).one()
        seat.state = SeatState.DECLINED
    second = world.plan()

    assert world.read(second).figures["kept"] == 7
    assert world.accept(second) == 1
    assert before < world.seats()


def test_two_officers_at_once_give_every_seat_once(app: EquipoiseApp) -> None:
    world = World()
    plan_id = world.plan()
    other, barrier = an_officer(), Barrier(2)

    def press(actor: Actor) -> str:
        with app.app_context():
            barrier.wait()
            try:
                world.decide(plan_id, actor=actor, seen=0)
            except Refused as refusal:
                return str(refusal)
        return "0 decided"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, [world.officer, other]))

    assert answers[0] == "0 decided"
    assert "accepted already" in answers[1]
    run_due_jobs()
    assert len(world.seats()) == 8


def test_only_one_plan_is_computed_at_a_time(app: EquipoiseApp) -> None:
    assert app
    world = World()
    world.ask()
    with pytest.raises(Refused, match="being computed"):
        world.ask()


@pytest.mark.parametrize("phase", ["closed", "ranking", "released"])
def test_plans_belong_to_assigning_and_reviewing(app: EquipoiseApp, phase: str) -> None:
    assert app
    world = World()
    world.call = a_call(phase=phase)
    with pytest.raises(Refused, match="assign"):
        world.ask()


def test_whoever_is_in_the_pool_makes_no_plan_and_approvers_do_not_either(
    app: EquipoiseApp,
) -> None:
    assert app
    world = World()
    both = a_person(Role.OFFICER, Role.REVIEWER)
    in_pool(world.call, both)
    with pytest.raises(Refused, match="You are in the pool"):
        world.ask(both)
    with pytest.raises(Refused, match="Only an officer"):
        world.ask(an_approver())
    with pytest.raises(Refused):
        world.ask(a_person())


def test_a_change_by_hand_tells_its_cost_and_is_what_is_accepted(app: EquipoiseApp) -> None:
    assert app
    world = World()
    plan_id = world.plan()
    standing = world.standing(plan_id)
    i, out = standing.new_seats()[0]
    into = standing.may_take(i)[0][0]
    cost = standing.cost((i, out, into))
    world.edit(plan_id, (i, out, into))
    changed = world.standing(plan_id)

    assert changed.total == standing.total - cost.total
    assert changed.scores[i] == cost.after
    assert changed.worst == cost.worst_after
    with pytest.raises(Refused, match="Somebody changed the plan"):
        world.accept(plan_id, seen=0)
    world.accept(plan_id)
    sheet = changed.sheet
    assert (sheet.proposals[i], sheet.people[into]) in world.seats()
    assert (sheet.proposals[i], sheet.people[out]) not in world.seats()


def test_what_cannot_be_done_by_hand_is_refused(app: EquipoiseApp) -> None:
    assert app
    world = World()
    barred = world.people[0]
    world.conflict(world.proposals[0].id, barred.id)
    fixed = a_seat(world.call, world.proposals[1], world.people[1])
    plan_id = world.plan()
    standing = world.standing(plan_id)
    sheet = standing.sheet
    i, k = (sheet.proposals.index(world.proposals[n].id) for n in (0, 1))
    conflicted, stays = (sheet.people.index(world.people[n].id) for n in (0, 1))

    assert fixed
    for change in ((i, NOBODY, conflicted), (k, stays, NOBODY), (i, NOBODY, NOBODY)):
        assert not standing.can_make(change)
        with pytest.raises(Refused, match="cannot be done"):
            world.edit(plan_id, change)


def test_over_demand_says_by_how_much_and_which_proposals(app: EquipoiseApp) -> None:
    world = World(proposals=4, people=2, each=2, most=3)
    browser = Browser(app).sign_in(world.officer.id)
    page = browser.get(f"/desk/calls/{world.call.id}/plans/{world.plan()}").text

    assert "The proposals need 8 reviews, and the pool may take 6: 2 too few." in page
    assert "2 seats stay empty, at:" in page


# --- the pages -----------------------------------------------------------------------------------


def test_an_officer_goes_from_the_wish_to_the_seats_in_the_browser(app: EquipoiseApp) -> None:
    world = World()
    browser = Browser(app).sign_in(world.officer.id)
    at = f"/desk/calls/{world.call.id}/plans"
    waiting = browser.fill_in(at, cap="1", least="1")
    assert "being computed" in waiting.text
    run_due_jobs()
    with unit_of_work(mode=Mode.READ):
        [plan] = queries.plans_of(world.call.id)
        path, proposal_id = f"{at}/{plan.id}", world.proposals[0].id
    preview = browser.get(path)
    assert "Total fit" in preview.text
    assert "at least 1 for everybody" in preview.text
    assert browser.get(f"{path}/progress").text.strip() == '{"done":true,"percent":100}'
    detail = browser.get(f"{path}/proposals/{proposal_id}")
    assert "Who sits here, and why" in detail.text
    assert "words 0." in detail.text or "words 1." in detail.text

    assert "then all its seats are given together" in browser.fill_in(path, form="/accept").text
    assert world.seats() == set()
    assert browser.get(f"{path}/progress").text.strip() == '{"done":false,"percent":0}'
    run_due_jobs()
    assert browser.get(f"{path}/progress").text.strip() == '{"done":true,"percent":100}'
    assert len(world.seats()) == 8
    assert "8 seats are given." in browser.get(path).text


def test_the_pages_of_plans_are_not_there_for_others(app: EquipoiseApp) -> None:
    world = World()
    plan_id = world.plan()
    stranger = a_person(Role.OFFICER, scope=a_call().id)
    for person in (stranger, world.people[0], a_person()):
        browser = Browser(app).sign_in(person.id)
        for page in ("", f"/{plan_id}", f"/{plan_id}/export.json", f"/{plan_id}/progress"):
            path = f"/desk/calls/{world.call.id}/plans{page}"
            assert browser.client.get(path).status_code == 404, path


def test_no_page_of_a_plan_names_who_applies(app: EquipoiseApp) -> None:
    """Where a conflict rules somebody out, its reason would tell the applicant's organisation."""
    world = World()
    lead = a_person(name="Leada Quellwort", organisation="Quellwort Institute")
    proposal = a_submitted_proposal(world.call, lead)
    in_pool(world.call, a_reviewer(name="Near By", organisation="Quellwort Institute"))
    plan_id = world.plan()
    browser = Browser(app).sign_in(world.officer.id)
    at = f"/desk/calls/{world.call.id}/plans"
    pages = [
        browser.get(path).text
        for path in (at, f"{at}/{plan_id}", f"{at}/{plan_id}/export.json",
                     f"{at}/{plan_id}/proposals/{proposal.id}")
    ]  # fmt: skip

    assert proposal.number
    assert proposal.number in pages[1]
    assert not any("Leada" in page or "Quellwort" in page for page in pages)


def test_the_file_computes_to_the_same_seats_with_the_scoring_package_alone(
    app: EquipoiseApp, tmp_path: Path
) -> None:
    world = World()
    plan_id = world.plan()
    browser = Browser(app).sign_in(world.officer.id)
    told = json.loads(browser.get(f"/desk/calls/{world.call.id}/plans/{plan_id}/export.json").text)
    again = answer(request_from(told["problem"], tmp_path))

    assert told["complete"]
    assert again["total"] == told["figures"]["total"] / 1_000_000 > 0
    assert again["bound_total"] == told["figures"]["bound_total"] / 1_000_000
    found = again["assignments"]
    assert isinstance(found, list)
    assert sorted(found) == sorted(told["seats"])


def test_a_preview_asks_the_same_however_many_proposals(app: EquipoiseApp) -> None:
    counts = []
    for proposals in (2, 12):
        world = World(proposals=proposals, people=6, most=9)
        plan_id = world.plan()
        browser = Browser(app).sign_in(world.officer.id)
        path = f"/desk/calls/{world.call.id}/plans/{plan_id}"
        browser.get(path)
        with statements() as seen:
            browser.get(path)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_failed_computation_says_so_and_another_can_be_asked_for(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    world = World()
    plan_id = world.ask()
    with unit_of_work():
        asking._gave_up({"plan_id": plan_id}, "MemoryError: too large")
    browser = Browser(app).sign_in(world.officer.id)

    assert (
        "MemoryError: too large" in browser.get(f"/desk/calls/{world.call.id}/plans/{plan_id}").text
    )
    assert "reviewers.plan_failed" in ledger.actions()
    assert world.ask()


def test_undoing_and_setting_aside(app: EquipoiseApp, ledger: LedgerReader) -> None:
    assert app
    world = World()
    plan_id = world.plan()
    standing = world.standing(plan_id)
    i, out = standing.new_seats()[0]
    with unit_of_work(Lens.STAFF):
        plan = queries.get_plan(world.call.id, plan_id)
        assert plan is not None
        service.edit(world.officer, world.stored(), plan, (i, out, NOBODY), seen=0)
        service.undo_edits(world.officer, world.stored(), plan, seen=1)
        service.set_aside(world.officer, world.stored(), plan, seen=2)
    assert world.standing(plan_id).total == standing.total
    assert ledger.actions()[-3:] == [
        "reviewers.plan_edited",
        "reviewers.plan_edits_undone",
        "reviewers.plan_set_aside",
    ]
    with pytest.raises(Refused, match="set aside"):
        world.accept(plan_id)


def test_letters_of_seats_are_drawn_and_due_when_the_call_says(app: EquipoiseApp) -> None:
    assert app
    world = World()
    due = clock.now() + timedelta(days=9)
    with planted():
        world.stored().reviews_due_at = due
    world.accept(world.plan())
    with unit_of_work(mode=Mode.READ):
        rows = db.session.scalars(select(Seat)).all()
        assert {row.due_at for row in rows} == {due}
        assert db.session.scalar(select(func.count(func.distinct(Seat.letter)))) > 2  # type: ignore[operator]


def test_an_officer_stops_a_plan_that_is_computed_and_asks_for_another(
    app: EquipoiseApp, browser: Browser, ledger: LedgerReader
) -> None:
    world = World(proposals=2, people=4)
    plan_id = world.ask()
    plans = f"/desk/calls/{world.call.id}/plans"
    browser.sign_in(world.officer.id)
    assert "/stop" not in Browser(app).sign_in(an_approver().id).get(f"{plans}/{plan_id}").text

    assert "Nothing was changed" in browser.fill_in(f"{plans}/{plan_id}", form="/stop").text
    run_due_jobs()
    assert world.read(plan_id).state is PlanState.STOPPED
    assert "reviewers.plan_stopped" in ledger.actions()
    assert "was stopped before it was computed" in browser.get(f"{plans}/{plan_id}").text
    with pytest.raises(Refused, match="finished, or stopped"), unit_of_work(Lens.STAFF):
        service.stop(world.officer, world.stored(), db.session.get_one(AssignmentPlan, plan_id))

    assert world.read(world.plan()).state is PlanState.READY


def test_asking_finds_conflicts_in_the_job_and_rules_them_out(app: EquipoiseApp) -> None:
    assert app
    world = World(proposals=1, people=3)
    with planted():
        near = db.session.get_one(Person, world.people[0].id)
        near.organisation = "Home 0"
    plan_id = world.ask()
    assert not _conflicts(world.call.id)  # the request looks for none

    run_due_jobs()
    assert _conflicts(world.call.id) == {world.people[0].id}
    standing = world.standing(plan_id)
    seated = {standing.sheet.people[j] for j in standing.people_of(0)}
    assert seated == {world.people[1].id, world.people[2].id}


def test_accepting_finds_a_conflict_that_nobody_noted_and_keeps_it(app: EquipoiseApp) -> None:
    assert app
    world = World(proposals=1, people=2)
    plan_id = world.plan()
    with planted():
        near = db.session.get_one(Person, world.people[0].id)
        near.organisation = "Home 0"
    assert world.accept(plan_id) == 0
    assert "now has a conflict of interest" in world.read(plan_id).trouble
    assert _conflicts(world.call.id) == {world.people[0].id}


def _conflicts(call_id: str) -> set[str]:
    with unit_of_work(mode=Mode.READ):
        return {account for _proposal, account in reviewers.conflicted_pairs(call_id)}


def test_while_seats_are_given_the_plan_stands_still_and_can_be_stopped(
    browser: Browser, ledger: LedgerReader
) -> None:
    world = World(proposals=2, people=4)
    plan_id = world.plan()
    at = f"/desk/calls/{world.call.id}/plans/{plan_id}"
    browser.sign_in(world.officer.id)
    world.decide(plan_id)
    with pytest.raises(Refused, match="being given"):
        world.edit(plan_id, (0, NOBODY, 0), seen=1)
    with pytest.raises(Refused, match="being given"):
        world.ask()

    assert "No seat was given" in browser.fill_in(at, form="/stop-accepting").text
    run_due_jobs()
    assert world.seats() == set()
    assert world.read(plan_id).state is PlanState.READY
    assert ledger.actions()[-1] == "reviewers.plan_acceptance_stopped"
    with unit_of_work(Lens.STAFF):
        plan = db.session.get_one(AssignmentPlan, plan_id)
        with pytest.raises(Refused, match="nothing to stop: no seat of the plan was given"):
            service.stop_accepting(world.officer, world.stored(), plan)
    assert world.accept(plan_id) == 4
    with unit_of_work(Lens.STAFF):
        plan = db.session.get_one(AssignmentPlan, plan_id)
        with pytest.raises(Refused, match="too late to stop: all seats of the plan are given"):
            service.stop_accepting(world.officer, world.stored(), plan)


def test_giving_twice_gives_once_and_a_broken_job_hands_the_plan_back(app: EquipoiseApp) -> None:
    assert app
    world = World(proposals=2, people=4)
    plan_id = world.plan()
    world.decide(plan_id)
    with unit_of_work():
        accepting._gave_up({"plan_id": plan_id}, "MemoryError: too large")
    assert "MemoryError: too large" in world.read(plan_id).trouble
    assert world.read(plan_id).state is PlanState.READY
    run_due_jobs()  # the first job finds nothing that was decided
    assert world.seats() == set()

    assert world.accept(plan_id) == 4
    with unit_of_work():
        accepting._give({"plan_id": plan_id}, [])
    assert len(world.seats()) == 4


def test_whoever_may_not_assign_by_the_time_of_the_job_gives_nothing(app: EquipoiseApp) -> None:
    assert app
    world = World(proposals=2, people=4)
    plan_id = world.plan()
    world.decide(plan_id)
    with planted():
        db.session.execute(delete(RoleGrant).where(RoleGrant.account_id == world.officer.id))
    run_due_jobs()
    assert world.seats() == set()
    assert "may not do so any more" in world.read(plan_id).trouble
