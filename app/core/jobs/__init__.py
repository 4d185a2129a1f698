"""Work for later: a row in the deciding transaction, a message after commit, then a lease."""

from app.core.jobs.daily import ask_for_today, every_day
from app.core.jobs.kinds import Hopeless, Later, handles
from app.core.jobs.lease import end_if_stopped, report_progress
from app.core.jobs.models import Job, JobState
from app.core.jobs.queue import enqueue, enqueue_once, hasten, is_due, stop_job, stop_job_about
from app.core.jobs.running import run_due_jobs, run_job
from app.core.jobs.waiting import answer, held_up_about, progress_about, progress_of

__all__ = [
    "Hopeless",
    "Job",
    "JobState",
    "Later",
    "answer",
    "ask_for_today",
    "end_if_stopped",
    "enqueue",
    "enqueue_once",
    "every_day",
    "handles",
    "hasten",
    "held_up_about",
    "is_due",
    "progress_about",
    "progress_of",
    "report_progress",
    "run_due_jobs",
    "run_job",
    "stop_job",
    "stop_job_about",
]
