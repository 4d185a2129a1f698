"""How far jobs are, for the pages that wait for them: one answer, however it is asked."""

from collections.abc import Iterable, Sequence

from flask import Response, jsonify
from sqlalchemy import select

from app.core.db import db
from app.core.jobs.models import Job, JobState

GOING = (JobState.QUEUED, JobState.RUNNING)


def progress_of(job_ids: Iterable[str]) -> dict[str, int]:
    """Return how far jobs are, in percent."""
    wanted = [one for one in job_ids if one]
    if not wanted:
        return {}
    rows = db.session.execute(select(Job.id, Job.progress).where(Job.id.in_(wanted)))
    return {row.id: row.progress for row in rows}


def held_up_about(key: str, values: Iterable[str]) -> set[str]:
    """Return which of these a job is about that was tried, did not succeed, and waits again."""
    wanted = [one for one in values if one]
    if not wanted:
        return set()
    about = Job.payload[key].as_string()
    statement = select(about).where(
        Job.state == JobState.QUEUED, Job.trouble != "", about.in_(wanted)
    )
    return set(db.session.scalars(statement))


def progress_about(
    key: str,
    values: Iterable[str],
    kinds: Sequence[str] = (),
    *,
    states: Sequence[JobState] = GOING,
) -> dict[str, int]:
    """Return how far the jobs are whose payload names these at `key`, in percent, by what they
    are about."""
    wanted = [one for one in values if one]
    if not wanted:
        return {}
    about = Job.payload[key].as_string()
    statement = select(about.label("about"), Job.progress).where(
        Job.state.in_(states), about.in_(wanted)
    )
    if kinds:
        statement = statement.where(Job.kind.in_(kinds))
    return {row.about: row.progress for row in db.session.execute(statement)}


def answer(percent: int, *, done: bool) -> Response:
    """Tell the script of a page that waits (progress.js)."""
    return jsonify({"done": done, "percent": 100 if done else percent})
