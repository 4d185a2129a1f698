"""Asking for work: the row counts, the message only saves waiting for the sweeper."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from flask import current_app
from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement

from app.core import clock
from app.core.db import Json, db
from app.core.jobs.models import Job, JobState
from app.core.work import current_work

log = logging.getLogger(__name__)

TRANSPORT = "job_transport"  # in app.extensions, where a worker can be reached


class Transport(Protocol):
    """Carries the id of a job to some worker; it may lose it, and may bring it twice."""

    def send(self, job_id: str) -> None: ...


def enqueue(kind: str, payload: Json, *, due_at: datetime | None = None, job_id: str = "") -> Job:
    """Add a job to the current unit of work; it is sent off after the commit.

    `payload` holds ids alone. `due_at` keeps it waiting until then; `job_id` is an id already
    known, of the one thing that the job is about.
    """
    now = clock.now()
    known = {"id": job_id} if job_id else {}
    job = Job(kind=kind, payload=payload, due_at=due_at or now, created_at=now, **known)
    db.session.add(job)
    if job.due_at <= now:
        current_work().after_commit.append(partial(send, job.id))
    return job


def enqueue_once(kind: str, payload: Json, job_id: str) -> None:
    """Ask for a job under an id that whoever asks for the same gives it too: the first adds it.

    It reads nothing, so that a person may ask who sees no jobs. What has changed something asks by
    `enqueue`: the job that is there already may have read before.
    """
    now = clock.now()
    on_postgresql = db.session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    row = {"id": job_id, "kind": kind, "payload": payload, "due_at": now, "created_at": now}
    db.session.execute(insert(Job).values(row).on_conflict_do_nothing())
    current_work().after_commit.append(partial(send, job_id))


def hasten(job_id: str) -> None:
    """Make a waiting job due now."""
    db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.QUEUED)
        .values(due_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    current_work().after_commit.append(partial(send, job_id))


def stop_job(job_id: str) -> bool:
    """End a job that nobody wants any more; return whether it was still waiting or running.

    Its worker hears of it when it next says how far it is, and what it did is rolled back. Call
    this before you change what the job is about: whoever is first of the two wins.
    """
    going = [JobState.QUEUED, JobState.RUNNING]
    stopped = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(going))
        .values(state=JobState.STOPPED, lease_until=None, finished_at=clock.now())
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    return stopped is not None


def stop_job_about(kinds: Sequence[str], key: str, value: str) -> bool:
    """End the job of one of these kinds whose payload names a thing; return whether one went on."""
    found = db.session.scalars(
        select(Job.id).where(
            Job.kind.in_(kinds),
            Job.state.in_([JobState.QUEUED, JobState.RUNNING]),
            Job.payload[key].as_string() == value,
        )
    ).all()
    return sum(stop_job(job_id) for job_id in found) > 0


def is_due(kind: str, key: str, value: str) -> bool:
    """Whether a job of the kind about a thing is to begin now: it reads all that changed so far,
    and whoever works on the same may leave it to that one."""
    waiting = select(Job.id).where(
        Job.kind == kind,
        Job.state == JobState.QUEUED,
        Job.due_at <= clock.now(),
        Job.payload[key].as_string() == value,
    )
    return db.session.scalar(waiting.limit(1)) is not None


def send(job_id: str) -> None:
    """Hand the id to the transport. What goes wrong is only late: the sweeper finds the row."""
    transport: Transport | None = current_app.extensions.get(TRANSPORT)
    if transport is None:
        return
    try:
        transport.send(job_id)
    except Exception:
        log.exception("job %s could not be sent; the sweeper will", job_id)


def may_run(now: datetime) -> ColumnElement[bool]:
    """Due and waiting, or left behind by a worker whose lease ran out."""
    return or_(
        and_(Job.state == JobState.QUEUED, Job.due_at <= now),
        and_(Job.state == JobState.RUNNING, Job.lease_until < now),
    )


def due(limit: int = 200, *, late_by: timedelta = timedelta()) -> list[str]:
    """Return ids of jobs that could run now, the longest waiting first."""
    statement = (
        select(Job.id)
        .where(may_run(clock.now() - late_by))
        .order_by(Job.due_at, Job.created_at, Job.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))
