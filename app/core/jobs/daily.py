"""Jobs that come back every day: each day's has an id of its own, so that it is asked for once."""

import base64
import hashlib
from datetime import UTC, date, datetime, time

from app.core import clock
from app.core.db import db
from app.core.jobs.models import Job
from app.core.jobs.queue import enqueue

_kinds: dict[str, time] = {}


def every_day(kind: str, at: time) -> None:
    """Run the kind of job once on every day (in UTC), at `at` or as soon after as a worker runs.

    Its payload is {"day": "2026-11-26"}. A day without a worker passes without it: whoever
    handles the job says what of the days before is still due.
    """
    _kinds[kind] = at


def daily_id(kind: str, day: date) -> str:
    """Return the id of a day's job: the same in every process, so that only one gets it in."""
    digest = hashlib.sha256(f"{kind}|{day.isoformat()}".encode()).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def ask_for_today() -> list[str]:
    """Ask for the jobs of today that were not asked for yet; return their ids."""
    today = clock.now().date()
    asked = []
    for kind, at in sorted(_kinds.items()):
        job_id = daily_id(kind, today)
        if db.session.get(Job, job_id) is None:
            due = datetime.combine(today, at, UTC)
            enqueue(kind, {"day": today.isoformat()}, due_at=due, job_id=job_id)
            asked.append(job_id)
    return asked
