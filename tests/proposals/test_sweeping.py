"""Files that nothing names are swept on the second day, and no other file ever."""

import os

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.files import FileStore
from app.core.jobs import Job, enqueue, hasten, run_due_jobs
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.proposals.models import BlindedFile, PartialUpload, Upload
from app.proposals.service import sweeping
from tests.factories import a_call, a_draft, a_person, plant, planted


@pytest.fixture
def store(app: EquipoiseApp) -> FileStore:
    files: FileStore = app.extensions["files"]
    return files


def _look() -> list[str]:
    """Run the job of the day; return the jobs that it asked for."""
    with planted():
        enqueue(sweeping.LOOK, {"day": "2027-01-01"})
    run_due_jobs()
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(Job.id).where(Job.finished_at.is_(None))))


def _age(app: EquipoiseApp, *keys: str) -> None:
    for key in keys:
        os.utime(app.extensions["equipoise"].data_dir / "files" / key, (0, 0))


def test_what_a_crash_left_is_swept_on_the_second_day(app: EquipoiseApp, store: FileStore) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    own = {"proposal_id": proposal.id, "question_key": "plan"}
    keys = {
        f"{kind} {what}": store.put(f"{kind} {what}".encode(), kind=kind).key
        for kind in sweeping.KINDS
        for what in ("named", "left", "put again", "named late", "young")
    }
    other = store.put(b"left", kind="facts").key
    named = {"sha256": "", "size": 1, **own}
    plant(
        Upload(file_key=keys["sealed named"], original_name="x", uploaded_at=clock.now(), **named),
        BlindedFile(file_key=keys["blinded named"], pages=1, **named),
        PartialUpload(
            account_id=lead.id,
            name="x",
            received=1,
            pieces=[keys["piece named"]],
            touched_at=clock.now(),
            **named,
        ),
    )
    _age(app, other, *(key for what, key in keys.items() if not what.endswith("young")))

    [tomorrow] = _look()
    assert all(map(store.exists, keys.values())), "nothing is deleted on the first day"
    store.put(b"sealed put again", kind="sealed")
    store.put(b"blinded put again", kind="blinded")
    store.put(b"piece put again", kind="piece")
    plant(
        Upload(
            file_key=keys["sealed named late"],
            original_name="x",
            uploaded_at=clock.now(),
            **named | {"question_key": "late"},
        ),
        BlindedFile(file_key=keys["blinded named late"], pages=1, **named),
        PartialUpload(
            account_id=lead.id,
            name="x",
            received=1,
            pieces=[keys["piece named late"]],
            touched_at=clock.now(),
            **named | {"question_key": "late"},
        ),
    )
    with planted():
        hasten(tomorrow)
    run_due_jobs()

    gone = {what for what, key in keys.items() if not store.exists(key)}
    assert gone == {f"{kind} left" for kind in sweeping.KINDS}
    assert store.exists(other), "what other rooms keep is theirs"
    assert _look() == [], "another look finds nothing"
