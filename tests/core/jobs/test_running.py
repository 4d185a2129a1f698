"""Jobs: asked for in a transaction, claimed once, tried again, given up, run again when lost."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from time import sleep
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.jobs import (
    Hopeless,
    Job,
    JobState,
    Later,
    daily,
    enqueue,
    enqueue_once,
    handles,
    hasten,
    report_progress,
    run_due_jobs,
    run_job,
    stop_job,
    stop_job_about,
)
from app.core.jobs import kinds as registry
from app.core.jobs import lease as leases
from app.core.jobs.queue import TRANSPORT
from app.core.jobs.worker import Sweeper
from app.core.lens import Lens
from app.core.verdict import ALLOWED
from app.core.web import EquipoiseApp
from app.core.work import HouseRuleBroken, Mode, current_work, unit_of_work
from tests.engines import both_engines


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(daily, "_kinds", {})  # whether one is due depends on the hour


class Carrier:
    """A transport that only remembers."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, job_id: str) -> None:
        self.sent.append(job_id)


@pytest.fixture
def carrier(app: EquipoiseApp, monkeypatch: pytest.MonkeyPatch) -> Carrier:
    made = Carrier()
    monkeypatch.setitem(app.extensions, TRANSPORT, made)
    return made


def ask(kind: str = "test.note", **options: Any) -> str:
    with unit_of_work():
        return enqueue(kind, {"id": "a"}, **options).id


def _ask_and_fail() -> None:
    enqueue("test.note", {})
    raise ZeroDivisionError


def job(job_id: str) -> Job:
    with unit_of_work(mode=Mode.READ):
        return db.session.scalars(select(Job).where(Job.id == job_id)).one()


def test_a_job_is_sent_after_the_commit_and_not_when_it_fails(
    app: EquipoiseApp, carrier: Carrier
) -> None:
    assert app
    with unit_of_work():
        kept = enqueue("test.note", {}).id
        assert carrier.sent == []
    with pytest.raises(ZeroDivisionError), unit_of_work():
        _ask_and_fail()
    assert carrier.sent == [kept]


def test_a_transport_that_is_down_loses_nothing(
    app: EquipoiseApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Down:
        def send(self, job_id: str) -> None:
            raise ConnectionError(job_id)

    monkeypatch.setitem(app.extensions, TRANSPORT, Down())
    assert job(ask()).state is JobState.QUEUED


@both_engines
def test_a_job_runs_once_with_its_payload(app: EquipoiseApp) -> None:
    assert app
    seen: list[object] = []
    handles("test.note")(seen.append)
    job_id = ask()
    assert run_job(job_id)
    assert not run_job(job_id)
    done = job(job_id)
    assert (seen, done.state, done.attempts, done.progress) == (
        [{"id": "a"}], JobState.DONE, 1, 100,
    )  # fmt: skip
    assert done.finished_at is not None


@both_engines
def test_of_two_workers_one_gets_the_job(app: EquipoiseApp) -> None:
    runs: list[object] = []
    handles("test.note")(runs.append)
    job_ids = [ask() for _ in range(5)]
    start = Barrier(4)
    won: list[bool] = []

    def work() -> None:
        start.wait()
        with app.app_context():
            won.extend(run_job(job_id) for job_id in job_ids)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) == 5
    assert sum(won) == 5


def test_what_a_failing_handler_did_is_undone_and_it_is_tried_three_times(
    app: EquipoiseApp,
) -> None:
    assert app
    told: list[str] = []

    def fail(_payload: object) -> None:
        enqueue("test.other", {})
        raise OSError("the disc is full")

    handles("test.note", gave_up=lambda _payload, trouble: told.append(trouble))(fail)
    job_id = ask()
    with time_machine.travel(clock.now(), tick=False) as travel:
        waits = []
        for _ in range(3):
            assert run_due_jobs() == 1
            assert run_due_jobs() == 0
            waits.append((job(job_id).due_at - clock.now()).total_seconds())
            travel.shift(timedelta(hours=2))
        assert run_due_jobs() == 0
    failed = job(job_id)
    assert waits[:2] == [10, 30]
    assert (failed.state, failed.attempts) == (JobState.FAILED, 3)
    assert failed.trouble == "OSError: the disc is full"
    assert told == [failed.trouble]
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Job.kind)).all() == ["test.note"]


def test_a_hopeless_job_fails_at_once(app: EquipoiseApp) -> None:
    assert app

    @handles("test.note")
    def _give_up(_payload: object) -> None:
        raise Hopeless("no such mailbox")

    job_id = ask()
    run_due_jobs()
    assert job(job_id).state is JobState.FAILED
    assert job(job_id).attempts == 1


def test_a_job_that_must_wait_is_not_counted_as_tried(app: EquipoiseApp) -> None:
    assert app

    @handles("test.note")
    def _wait(_payload: object) -> None:
        raise Later(timedelta(minutes=5), "another comes first")

    job_id = ask()
    run_due_jobs()
    waiting = job(job_id)
    assert (waiting.state, waiting.attempts) == (JobState.QUEUED, 0)
    assert waiting.due_at > clock.now() + timedelta(minutes=4)
    with unit_of_work():
        hasten(job_id)
    assert job(job_id).due_at <= clock.now()


def test_a_kind_that_nobody_handles_is_tried_again_later(app: EquipoiseApp) -> None:
    assert app
    job_id = ask("test.unknown")
    run_due_jobs()
    assert job(job_id).state is JobState.QUEUED
    assert "nothing here handles" in job(job_id).trouble


def test_preparing_may_not_write_and_hands_on_what_it_found(app: EquipoiseApp) -> None:
    assert app
    found: list[object] = []

    def look(payload: dict[str, object]) -> object:
        assert current_work().mode is Mode.READ
        return payload["id"]

    @handles("test.note", prepare=look)
    def _keep(_payload: object, prepared: object) -> None:
        assert current_work().mode is Mode.WRITE
        found.append(prepared)

    ask()
    run_due_jobs()
    assert found == ["a"]


def test_a_handler_keeps_the_house_rules(app: EquipoiseApp) -> None:
    assert app
    from app.accounts.models import Account  # noqa: PLC0415 - any recorded table

    @handles("test.note")
    def _sneak(_payload: object) -> None:
        db.session.add(Account(created_at=clock.now()))

    job_id = ask()
    run_due_jobs()
    assert HouseRuleBroken.__name__ in job(job_id).trouble
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Account)).all() == []


@both_engines
def test_a_job_whose_worker_died_runs_again_after_its_lease(app: EquipoiseApp) -> None:
    assert app
    runs: list[object] = []
    handles("test.note")(runs.append)
    job_id = ask()
    assert leases.claim(job_id) is not None  # and then the worker is gone
    assert not run_job(job_id)
    with time_machine.travel(clock.now() + leases.LEASE + timedelta(seconds=1)):
        assert run_job(job_id)
    assert (len(runs), job(job_id).attempts) == (1, 2)


def test_a_job_that_kills_its_workers_is_given_up(app: EquipoiseApp) -> None:
    assert app
    runs: list[object] = []
    handles("test.note")(runs.append)
    job_id = ask()
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _ in range(3):
            assert leases.claim(job_id) is not None
            travel.shift(leases.LEASE + timedelta(seconds=1))
        assert run_job(job_id)
    assert (job(job_id).state, runs) == (JobState.FAILED, [])
    assert "lost 3 times" in job(job_id).trouble


@both_engines
def test_a_worker_that_lost_its_lease_changes_nothing(app: EquipoiseApp) -> None:
    done: list[object] = []
    job_id = ask()

    def taken_over() -> None:
        with app.app_context(), unit_of_work():
            db.session.execute(update(Job).where(Job.id == job_id).values(attempts=2))

    handles("test.note", prepare=lambda _payload: _meanwhile(taken_over))(
        lambda payload, _prepared: done.append(payload)
    )
    assert run_job(job_id)
    assert job(job_id).state is JobState.RUNNING  # by the other
    assert done == []


def _ask_for_another(*_given: object) -> None:
    enqueue("test.other", {})


def _meanwhile(act: Callable[[], object]) -> None:
    thread = Thread(target=act)
    thread.start()
    thread.join()


# --- stopped by a person -------------------------------------------------------------------------


@both_engines
def test_a_job_that_is_stopped_ends_and_nothing_of_it_is_written(app: EquipoiseApp) -> None:
    waiting = ask()
    handles("test.note")(_ask_for_another)
    with unit_of_work(Lens.STAFF):
        assert stop_job(waiting)
        assert not stop_job(waiting)  # it is stopped already
    assert not run_job(waiting)

    def person() -> None:
        with app.app_context(), unit_of_work(Lens.STAFF):
            assert stop_job_about(["test.long"], "id", "a")
            assert not stop_job_about(["test.long"], "id", "b")

    def long(_payload: object) -> None:
        report_progress(40)
        _meanwhile(person)
        for step in range(1_000):  # hears of it when it next says how far it is
            report_progress(41 + step % 50)
            sleep(0.01)
        raise AssertionError

    handles("test.long", prepare=long)(_ask_for_another)
    running = ask("test.long")
    assert run_job(running)

    stopped = job(running)
    assert (stopped.state, stopped.lease_until) == (JobState.STOPPED, None)
    assert stopped.finished_at is not None
    with unit_of_work(mode=Mode.READ):
        assert set(db.session.scalars(select(Job.kind))) == {"test.note", "test.long"}
    assert not run_job(running)
    with unit_of_work(Lens.STAFF):
        assert not stop_job(running)


def test_a_job_that_is_finished_cannot_be_stopped(app: EquipoiseApp) -> None:
    assert app
    handles("test.note")(lambda _payload: None)
    job_id = ask()
    run_job(job_id)
    with unit_of_work(Lens.STAFF):
        assert not stop_job(job_id)
    assert job(job_id).state is JobState.DONE


@both_engines
def test_a_long_job_renews_its_lease_and_shows_its_progress(
    app: EquipoiseApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=0.6))
    seen: list[int] = []

    def watch(job_id: str) -> None:
        with app.app_context():
            seen.append(job(job_id).progress)
            seen.append(int(run_job(job_id)))

    def slow(_payload: object) -> None:
        from time import monotonic, sleep  # noqa: PLC0415

        report_progress(40)
        end = monotonic() + 1.5
        while monotonic() < end:
            sleep(0.05)
        other = Thread(target=watch, args=(job_id,))
        other.start()
        other.join()

    handles("test.note", prepare=slow)(lambda _payload, _prepared: None)
    job_id = ask()
    assert run_job(job_id)
    assert seen == [40, 0]
    assert job(job_id).state is JobState.DONE


def test_the_sweeper_sends_what_is_late_and_not_over_and_over(
    app: EquipoiseApp, carrier: Carrier
) -> None:
    job_id = ask()
    ask(due_at=clock.now() + timedelta(hours=1))
    sweeper = Sweeper(app)
    assert sweeper.sweep() == []  # its message is on the way
    with time_machine.travel(clock.now() + timedelta(seconds=5)):
        assert sweeper.sweep() == [job_id]
        assert sweeper.sweep() == []
    assert carrier.sent == [job_id, job_id]


@both_engines
def test_under_one_id_many_ask_for_one_job_who_see_none(app: EquipoiseApp) -> None:
    assert app
    for _press in range(3):
        with unit_of_work(Lens.PANEL) as work:
            enforce(ALLOWED)
            enqueue_once("told", {"panel_id": "p"}, "a" * 26)
            assert len(work.after_commit) == 1
    with unit_of_work(mode=Mode.READ):
        found = db.session.scalars(select(Job)).all()
        assert [(one.id, one.kind, one.payload) for one in found] == [
            ("a" * 26, "told", {"panel_id": "p"})
        ]
        assert found[0].state is JobState.QUEUED
