"""Rendering one report of a release without all the others."""

from sqlalchemy import select

from app.core.db import db
from app.core.jobs import Job, run_job
from app.core.work import Mode, unit_of_work
from app.documents import queries, service
from app.documents.models import Document
from tests.factories import Released


def render_report(world: Released) -> Document:
    """Do the job that renders the report on the whole decision, and return the report."""
    with unit_of_work(mode=Mode.READ):
        report = queries.allocation_report_of(world.call.id)
        assert report is not None
        waiting = db.session.scalars(select(Job).where(Job.kind == service.JOB)).all()
        (job,) = (job.id for job in waiting if job.payload == {"document_id": report.id})
    assert run_job(job)
    with unit_of_work(mode=Mode.READ):
        return db.session.get_one(Document, report.id)
