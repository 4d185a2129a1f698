"""Running a job: claim, prepare, do and mark done in one transaction, or say what went wrong."""

import logging
from typing import Any

from sqlalchemy import update

from app.core import clock
from app.core.db import db
from app.core.jobs.kinds import TRIES, Hopeless, Kind, Later, kind_of, wait_after
from app.core.jobs.lease import Claim, LeaseLost, claim, renewed
from app.core.jobs.models import Job, JobState
from app.core.jobs.queue import due
from app.core.metrics import JOBS
from app.core.work import Mode, unit_of_work

log = logging.getLogger(__name__)

LONGEST_TROUBLE = 500  # characters kept of what went wrong


def run_job(job_id: str) -> bool:
    """Run the job if it is free and due, and return whether it was ours to run.

    A job whose worker died too often is given up without being run: it may be what kills them.
    """
    taken = claim(job_id)
    if taken is None:
        return False
    try:
        _try(taken)
    except LeaseLost:
        log.info("job %s (%s) was stopped, or taken over by another worker", job_id, taken.kind)
        JOBS.labels(taken.kind, "stopped").inc()
    return True


def run_due_jobs() -> int:
    """Run everything due in this process, now, and what that asks for in turn; return how many."""
    ran = 0
    while True:
        with unit_of_work(mode=Mode.READ):
            waiting = due()
        done = sum(run_job(job_id) for job_id in waiting)
        if not done:
            return ran
        ran += done


def _try(taken: Claim) -> None:
    kind: Kind | None = None
    try:
        kind = kind_of(taken.kind)
        if taken.attempt > kind.tries:
            raise Hopeless(f"its worker was lost {kind.tries} times")  # noqa: TRY301
        with renewed(taken):
            _do(taken, kind)
    except Later as wish:
        _put_back(taken, wish)
    except LeaseLost:
        raise
    except Exception as error:  # noqa: BLE001 - a job must not take its worker along
        _fail(taken, kind, error)


def _do(taken: Claim, kind: Kind) -> None:
    prepared: tuple[Any, ...] = ()
    if kind.prepare is not None:
        with unit_of_work(mode=Mode.READ):
            prepared = (kind.prepare(taken.payload),)
    with unit_of_work():
        # The row of the job comes first, as for whoever stops it: the two never wait in a ring.
        _mark(taken, state=JobState.DONE, progress=100, trouble="", finished_at=clock.now())
        kind.handler(taken.payload, *prepared)
    JOBS.labels(taken.kind, "done").inc()


def _put_back(taken: Claim, wish: Later) -> None:
    with unit_of_work():
        _mark(
            taken,
            state=JobState.QUEUED,
            due_at=clock.now() + wish.wait,
            attempts=taken.attempt - 1,
            trouble=str(wish)[:LONGEST_TROUBLE],
        )


def _fail(taken: Claim, kind: Kind | None, error: Exception) -> None:
    trouble = f"{type(error).__name__}: {error}"[:LONGEST_TROUBLE]
    tries = kind.tries if kind else TRIES
    over = isinstance(error, Hopeless) or taken.attempt >= tries
    expected = isinstance(error, Hopeless)
    log.warning("job %s (%s): %s", taken.job_id, taken.kind, trouble, exc_info=not expected)
    JOBS.labels(taken.kind, "given up" if over else "failed").inc()
    now = clock.now()
    with unit_of_work():
        if not over:
            again = now + wait_after(taken.attempt)
            _mark(taken, state=JobState.QUEUED, due_at=again, trouble=trouble)
            return
        _mark(taken, state=JobState.FAILED, trouble=trouble, finished_at=now)
        if kind and kind.gave_up:
            kind.gave_up(taken.payload, trouble)


def _mark(taken: Claim, **values: object) -> None:
    marked = db.session.execute(
        update(Job)
        .where(taken.still_ours)
        .values(lease_until=None, **values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    if marked is None:
        raise LeaseLost(taken.job_id)
