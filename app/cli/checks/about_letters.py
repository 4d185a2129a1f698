"""Invariants of the outbox and the jobs."""

from sqlalchemy import and_, exists, or_, select

from app.cli.checks.registry import no_rows
from app.core.jobs.models import Job, JobState
from app.notifications.models import Letter, LetterState

no_rows(
    "letters.sent_at",
    "A letter has a time of sending if, and only if, it was sent.",
    lambda: select(Letter.id).where(
        (Letter.state == LetterState.SENT) != Letter.sent_at.is_not(None)
    ),
)

no_rows(
    "letters.job",
    "Every letter that waits has a job that will send it.",
    lambda: select(Letter.id).where(
        Letter.state == LetterState.WAITING, ~exists().where(Job.id == Letter.id)
    ),
)

no_rows(
    "letters.trouble",
    "A letter that failed says why.",
    lambda: select(Letter.id).where(Letter.state == LetterState.FAILED, Letter.trouble == ""),
)

ENDED = [JobState.DONE, JobState.FAILED, JobState.STOPPED]
no_rows(
    "jobs.finished",
    "A job has a time of its end if, and only if, it ended.",
    lambda: select(Job.id).where(
        or_(
            and_(Job.state.in_(ENDED), Job.finished_at.is_(None)),
            and_(Job.state.in_([JobState.QUEUED, JobState.RUNNING]), Job.finished_at.is_not(None)),
        )
    ),
)

no_rows(
    "jobs.lease",
    "A job that runs has a lease.",
    lambda: select(Job.id).where(Job.state == JobState.RUNNING, Job.lease_until.is_(None)),
)
