"""Deleting files that no row names: removed by their applicants, or stored just before a crash.

Found one day, deleted the next, and only where still nothing names them: a backup that was being
taken in between has them, and an upload that stores the very same bytes again keeps them.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from flask import current_app
from sqlalchemy import select

from app.core import clock
from app.core.db import Json, db
from app.core.files import FileStore
from app.core.gate import enforce
from app.core.jobs import enqueue, every_day, handles
from app.core.verdict import ALLOWED
from app.core.work import current_work
from app.proposals.models import BlindedFile, PartialUpload, Upload
from app.proposals.service import arriving

LOOK, SWEEP = "proposals.find_files_left", "proposals.sweep_files_left"
KINDS = ("sealed", "blinded", arriving.KIND)
WAIT = timedelta(days=1)
AT_ONCE = 1000

every_day(LOOK, time(4, 10))


def files_left(store: FileStore, before: datetime) -> Iterator[str]:
    """Yield the uploads and copies that were stored before a moment and that no row names."""
    old = {key for kind in KINDS for key in store.keys(kind, before=before)}
    yield from sorted(old - named() if old else ())


def _store() -> FileStore:
    store: FileStore = current_app.extensions["files"]
    return store


def named() -> set[str]:
    """Return the key of every upload, copy and piece that a row names."""
    pieces = db.session.scalars(select(PartialUpload.pieces))
    return {
        *db.session.scalars(select(Upload.file_key)),
        *db.session.scalars(select(BlindedFile.file_key)),
        *(key for keys in pieces for key in keys),
    }


def _left(payload: Json) -> list[str]:
    """Go through the store and the tables while nobody waits: it may be many thousands of files."""
    del payload
    return list(files_left(_store(), clock.now() - WAIT))


@handles(LOOK, prepare=_left)
def look(payload: Json, left: list[str]) -> None:
    """Ask for what is left today to be swept tomorrow. Asked twice, it is only late."""
    del payload
    enforce(ALLOWED)  # the operator runs the worker
    due = clock.now() + WAIT
    for at in range(0, len(left), AT_ONCE):
        enqueue(SWEEP, {"keys": left[at : at + AT_ONCE]}, due_at=due)


def _still_left(payload: Json) -> list[str]:
    still = set(_left(payload))
    return [key for key in payload["keys"] if key in still]


@handles(SWEEP, prepare=_still_left)
def sweep(payload: Json, left: list[str]) -> None:
    """Delete what nothing names, asked once more where nobody can name it in between."""
    del payload
    enforce(ALLOWED)  # the operator runs the worker
    store, before = _store(), clock.now() - WAIT
    kept = named() if left else set()
    gone = [key for key in left if key not in kept]

    def delete() -> None:
        for key in gone:  # each looked at again: the same file may just have come once more
            store.delete(key, before=before)

    current_work().after_commit.append(delete)
