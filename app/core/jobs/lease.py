"""The lease of a running job: renewed by a thread beside it, so that only the dead lose theirs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread

from flask import Flask, current_app
from sqlalchemy import and_, update
from sqlalchemy.sql import ColumnElement

from app.core import clock
from app.core.db import Json, db
from app.core.jobs.models import Job, JobState
from app.core.jobs.queue import may_run
from app.core.work import unit_of_work

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
LOOK_EVERY = 5.0  # seconds, for the lease and for whether somebody stopped the job


class LeaseLost(RuntimeError):  # noqa: N818
    """Another worker holds the job now, or a person stopped it; what this one did is undone."""


@dataclass
class Claim:
    """A job that is ours until its lease ends, or somebody else has claimed it since."""

    job_id: str
    kind: str
    payload: Json
    attempt: int
    progress: int = 0
    news: Event = field(default_factory=Event)
    lost: Event = field(default_factory=Event)

    @property
    def still_ours(self) -> ColumnElement[bool]:
        return and_(
            Job.id == self.job_id, Job.state == JobState.RUNNING, Job.attempts == self.attempt
        )


_running: ContextVar[Claim | None] = ContextVar("running_job", default=None)


def claim(job_id: str) -> Claim | None:
    """Take the job by one statement, so that of two workers one gets it."""
    now = clock.now()
    statement = (
        update(Job)
        .where(Job.id == job_id, may_run(now))
        .values(
            state=JobState.RUNNING,
            lease_until=now + LEASE,
            attempts=Job.attempts + 1,
            progress=0,
        )
        .returning(Job.kind, Job.payload, Job.attempts)
        .execution_options(synchronize_session=False)
    )
    with unit_of_work():
        row = db.session.execute(statement).first()
    return None if row is None else Claim(job_id, row.kind, row.payload, row.attempts)


@contextmanager
def renewed(taken: Claim) -> Iterator[None]:
    """Keep the lease alive while the block runs."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    done = Event()
    keeper = Thread(target=_keep, args=(app, taken, done), name="job-lease", daemon=True)
    token = _running.set(taken)
    keeper.start()
    try:
        yield
    finally:
        _running.reset(token)
        done.set()
        taken.news.set()
        keeper.join()


def report_progress(percent: int) -> None:
    """Say how far the running job is; shown to people who wait for it.

    Raises LeaseLost where it is not ours any more, so that long work ends between two steps.
    """
    taken = _running.get()
    if taken is None:
        return
    end_if_stopped()
    if percent != taken.progress:
        taken.progress = percent
        taken.news.set()


def end_if_stopped() -> None:
    """Raise LeaseLost where the running job was stopped or taken over: for waits in long work."""
    taken = _running.get()
    if taken is not None and taken.lost.is_set():
        raise LeaseLost(taken.job_id)


def _keep(app: Flask, taken: Claim, done: Event) -> None:
    while True:
        taken.news.wait(min(LOOK_EVERY, LEASE.total_seconds() / 3))
        taken.news.clear()
        if done.is_set():
            return
        try:
            with app.app_context():
                if not _renew(taken):
                    taken.lost.set()
                    return
        except Exception:
            log.exception("the lease of job %s could not be renewed", taken.job_id)


def _renew(taken: Claim) -> bool:
    """Renew the lease; return whether it was still ours."""
    with unit_of_work():
        renewed = db.session.execute(
            update(Job)
            .where(taken.still_ours)
            .values(lease_until=clock.now() + LEASE, progress=taken.progress)
            .returning(Job.id)
            .execution_options(synchronize_session=False)
        ).first()
    return renewed is not None
