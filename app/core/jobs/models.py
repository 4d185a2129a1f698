"""The table of jobs: what is to be done, and how far it has got."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Json, Model
from app.core.lens import EVERYONE, Door, Holds, Lens, May, sees


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"  # by a person


class Job(Identified, Model):
    """One piece of work. Its payload holds ids alone; its effect may be tried twice."""

    __tablename__ = "job"
    __recorded__ = False  # the use case that asks for it records what happened
    __table_args__ = (Index(None, "state", "due_at"),)
    __lens__ = sees(
        Holds.OWNER,
        read=[Lens.STAFF, Lens.AUDITOR],
        append=EVERYONE,
        change=[Lens.STAFF],  # to stop what they asked for
        doors={Door.OUTBOX: May.APPEND},
    )

    kind: Mapped[str]  # e.g. documents.render
    payload: Mapped[Json] = mapped_column(default=dict)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    progress: Mapped[int] = mapped_column(default=0)  # percent
    trouble: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
