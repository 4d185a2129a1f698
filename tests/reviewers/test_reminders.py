"""Reminders: at which days, one letter a day, never twice, not to those who want none."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Role
from app.calls.models import Call, CallState
from app.core import clock
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import Job, ask_for_today, run_due_jobs, run_job
from app.core.jobs.daily import daily_id
from app.core.jobs.worker import Sweeper
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter, LetterState
from app.reviewers.models import Seat, SeatState
from app.reviewers.reminding import rules, service
from app.reviewers.reminding.models import DraftReminder, ReviewReminder
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_draft,
    a_person,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_approver,
    an_officer,
    planted,
)


def _remind() -> None:
    with unit_of_work():
        service.remind({"day": "whichever"})


def _letters() -> list[Letter]:
    with unit_of_work(mode=Mode.READ):
        found = list(
            db.session.scalars(
                select(Letter)
                .where(Letter.kind == "reviewers.reminder")
                .order_by(Letter.created_at)
            )
        )
        db.session.expunge_all()
        return found


class World:
    """A call in review where one person owes a review that is due in some days."""

    def __init__(self, days: float, **values: object) -> None:
        self.call = a_call(phase="reviewing", **values)  # type: ignore[arg-type]
        self.officer = an_officer()
        self.reviewer = a_reviewer("Judith Waiting")
        self.proposal = a_submitted_proposal(self.call)
        self.seat = a_seat(self.call, self.proposal, self.reviewer, state=SeatState.ACCEPTED)
        self.due(days)

    def due(self, days: float) -> None:
        with planted():
            due = clock.now() + timedelta(days=days)
            db.session.get_one(Seat, self.seat.id).due_at = due

    def stored(self) -> Call:
        return db.session.get_one(Call, self.call.id)


@pytest.mark.parametrize(
    ("left", "draft", "stage"),
    [
        (30, False, ""),
        (8, False, ""),
        (7, False, "before-7"),
        (5, False, "before-7"),
        (2, False, "before-2"),
        (1, False, "before-1"),
        (0, False, "before-1"),
        (-1, False, "after-1"),
        (-2, False, "after-1"),
        (-3, False, "after-3"),
        (-7, False, "after-7"),
        (-400, False, "after-14"),
        (8, True, ""),
        (7, True, "before-7"),
        (0, True, "before-1"),
        (-1, True, ""),
    ],
)
def test_the_latest_stage_that_has_come(left: int, draft: bool, stage: str) -> None:  # noqa: FBT001
    assert rules.stage_of(left, draft=draft) == stage


def test_days_are_counted_where_the_call_lives() -> None:
    due = datetime(2026, 12, 10, 2, 0, tzinfo=UTC)  # the 9th in São Paulo
    now = datetime(2026, 12, 9, 12, 0, tzinfo=UTC)

    assert rules.days_left(due, "America/Sao_Paulo", now) == 0
    assert rules.days_left(due, "Europe/Oslo", now) == 1


@both_engines
def test_a_reviewer_is_reminded_at_each_stage_once(app: EquipoiseApp) -> None:
    assert app
    world = World(days=30)
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        for day in range(50):
            traveller.move_to(start + timedelta(days=day))
            _remind()
            _remind()
    with unit_of_work(mode=Mode.READ):
        rows = db.session.scalars(select(ReviewReminder).order_by(ReviewReminder.day)).all()
        assert [row.stage for row in rows] == [
            "before-7", "before-2", "before-1", "after-1", "after-3", "after-7", "after-14",
        ]  # fmt: skip
        assert len({row.day for row in rows}) == 7
    letters = _letters()
    assert len(letters) == 7
    assert letters[0].subject == "Reviews that are due soon"
    assert letters[-1].subject == "Reviews that are late"
    number = world.proposal.number
    assert number
    assert not any(number in letter.body or "A thing worth" in letter.body for letter in letters)


def test_a_day_that_nothing_ran_is_made_good_by_the_latest_stage_alone(app: EquipoiseApp) -> None:
    assert app
    World(days=-20)
    _remind()
    with unit_of_work(mode=Mode.READ):
        assert [row.stage for row in db.session.scalars(select(ReviewReminder))] == ["after-14"]


@pytest.mark.parametrize("state", [SeatState.SUBMITTED, SeatState.DECLINED, SeatState.CONFLICTED])
def test_nobody_is_reminded_of_what_they_do_not_owe(app: EquipoiseApp, state: SeatState) -> None:
    assert app
    world = World(days=1)
    with planted():
        db.session.get_one(Seat, world.seat.id).state = state
    _remind()
    assert _letters() == []


def test_nobody_is_reminded_once_reviewing_is_over(app: EquipoiseApp) -> None:
    assert app
    world = World(days=-3)
    with planted():
        world.stored().state = CallState.RANKING
    _remind()
    assert _letters() == []


@both_engines
def test_one_letter_a_day_tells_of_all_calls_and_drafts(app: EquipoiseApp) -> None:
    assert app
    world = World(days=2, title="First call")
    other = a_call(phase="reviewing", title="Second call")
    for _n in range(2):
        a_seat(other, a_submitted_proposal(other), world.reviewer)
    with planted():
        for seat in db.session.scalars(select(Seat).where(Seat.call_id == other.id)):
            seat.due_at = clock.now() - timedelta(days=3)
    third = a_call(title="Third call")
    a_draft(third, world.reviewer)
    with planted():
        db.session.get_one(Call, third.id).closes_at = clock.now() + timedelta(days=1)
    _remind()

    [letter] = _letters()
    assert letter.account_id == world.reviewer.id
    assert "2 reviews in “Second call”, due since" in letter.body
    assert "1 review in “First call”, due on" in letter.body
    assert "a draft in “Third call”, not submitted" in letter.body
    assert "/reminders" in letter.body


@both_engines
def test_who_holds_a_draft_is_reminded_and_no_page_of_the_staff_can_tell(app: EquipoiseApp) -> None:
    assert app
    call, lead = a_call(), a_person()
    a_draft(call, lead)
    with planted():
        db.session.get_one(Call, call.id).closes_at = clock.now() + timedelta(days=7)
    _remind()
    _remind()

    assert [letter.account_id for letter in _letters()] == [lead.id]
    with (
        pytest.raises(Exception, match=r"prohibited|not authorized|permission denied"),
        unit_of_work(Lens.STAFF, Mode.READ),
    ):
        db.session.scalars(select(DraftReminder)).all()


def test_who_wants_none_gets_none_and_can_want_them_again(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    world = World(days=1)
    browser = Browser(app).sign_in(world.reviewer.id)
    browser.fill_in("/reminders", wanted="no")
    _remind()
    assert _letters() == []
    with pytest.raises(Refused, match="Nobody is left"), unit_of_work(Lens.STAFF):
        service.remind_now(world.officer, world.stored(), "")
    browser.fill_in("/reminders", wanted="yes")
    _remind()
    assert len(_letters()) == 1
    assert ledger.actions().count("reviewers.reminders_chosen") == 2


def test_an_officer_sees_the_letter_first_and_sends_it_once_a_day(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    world = World(days=-5)
    browser = Browser(app).sign_in(world.officer.id)
    path = f"/desk/calls/{world.call.id}/reminders"
    preview = browser.fill_in(path, message="The panel meets on Monday.").text
    assert "1 person would get this letter." in preview
    assert "The panel meets on Monday." in preview
    assert "5 days late" in preview
    assert _letters() == []

    with unit_of_work(Lens.STAFF):
        assert service.remind_now(world.officer, world.stored(), "The panel meets on Monday.") == 1
    assert "The panel meets on Monday." in _letters()[0].body
    with pytest.raises(Refused, match="Nobody is left"), unit_of_work(Lens.STAFF):
        service.remind_now(world.officer, world.stored(), "")
    _remind()  # the digest of the day does not come on top
    assert len(_letters()) == 1
    assert "reviewers.reviewers_reminded" in ledger.actions()
    page = browser.get(path).text
    assert "on its way" in page
    with planted():
        db.session.scalars(select(Letter)).one().state = LetterState.FAILED
    assert "could not be delivered" in browser.get(path).text


def test_the_page_tells_no_grade_and_no_proposal(app: EquipoiseApp) -> None:
    world = World(days=-1)
    page = Browser(app).sign_in(world.officer.id).get(f"/desk/calls/{world.call.id}/reminders").text

    assert "Judith Waiting" in page
    assert world.proposal.number
    assert world.proposal.number not in page


def test_who_may_not_see_or_send(app: EquipoiseApp) -> None:
    world = World(days=-1)
    path = f"/desk/calls/{world.call.id}/reminders"
    for person in (a_person(), world.reviewer, a_person(Role.OFFICER, scope=a_call().id)):
        assert Browser(app).sign_in(person.id).client.get(path).status_code == 404
    approver = an_approver()
    with pytest.raises(Refused, match="Only an officer"), unit_of_work(Lens.STAFF):
        service.remind_now(approver, world.stored(), "")
    with planted():
        world.stored().state = CallState.RANKING
    with pytest.raises(Refused, match="in review"), unit_of_work(Lens.STAFF):
        service.remind_now(world.officer, world.stored(), "")


# --- the job -------------------------------------------------------------------------------------


@both_engines
def test_a_day_has_one_job_however_often_a_worker_starts(app: EquipoiseApp) -> None:
    World(days=1)
    with time_machine.travel(datetime(2026, 11, 26, 12, 0, tzinfo=UTC), tick=False):
        for _start in range(3):
            Sweeper(app).sweep()
        with unit_of_work(mode=Mode.READ):
            jobs = db.session.scalars(select(Job).where(Job.kind == service.JOB)).all()
            assert [job.id for job in jobs] == [daily_id(service.JOB, date(2026, 11, 26))]
            assert jobs[0].payload == {"day": "2026-11-26"}
        run_due_jobs()
        run_job(daily_id(service.JOB, date(2026, 11, 26)))
        with unit_of_work():
            assert ask_for_today() == []


def test_a_job_that_dies_before_its_end_writes_nothing_twice(app: EquipoiseApp) -> None:
    """What it did is one transaction: the next try begins from nothing."""
    assert app
    World(days=1)
    World(days=1)

    def dying() -> None:
        with unit_of_work():
            service.remind({"day": "whichever"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        dying()
    assert _letters() == []
    _remind()
    assert len(_letters()) == 2
