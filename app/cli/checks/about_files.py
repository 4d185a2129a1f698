"""Invariants of kept files: what a row names is there, and is what it says."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from app.cli.checks.registry import invariant, no_rows
from app.core import clock
from app.core.db import db
from app.core.files import FileStore, FileStoreError
from app.documents.models import Document, DocumentState
from app.proposals.models import BlindedFile, PartialUpload, Upload
from app.proposals.service import files_left
from app.reviews.offline.models import PackState, ReviewPack

LONG = timedelta(days=4)


def _damaged(rows: Iterable[tuple[str, str, str]]) -> Iterator[object]:
    """Yield ids of rows (id, key, SHA-256) whose file is missing or another."""
    store: FileStore = current_app.extensions["files"]
    for row_id, key, sha256 in rows:
        try:
            whole = key.endswith(sha256) and bool(store.get(key))
        except (FileStoreError, ValueError):  # missing, damaged, or no address at all
            whole = False
        if not whole:
            yield row_id


def _rows(*columns: object) -> Iterator[tuple[str, str, str]]:
    for row in db.session.execute(select(*columns)):  # type: ignore[call-overload]
        yield (row[0], row[1], row[2])


@invariant("files.blinded", "Every blinded copy is kept and is what its row says.")
def _blinded() -> Iterator[object]:
    yield from _damaged(_rows(BlindedFile.id, BlindedFile.file_key, BlindedFile.sha256))


@invariant("files.sealed", "Every upload is kept as it came.")
def _sealed() -> Iterator[object]:
    yield from _damaged(_rows(Upload.id, Upload.file_key, Upload.sha256))


@invariant("files.pieces", "Every piece of a file on its way is kept, and they add up.")
def _pieces() -> Iterator[object]:
    store: FileStore = current_app.extensions["files"]
    for partial in db.session.scalars(select(PartialUpload)):
        kept = all(store.exists(key) for key in partial.pieces)
        if not kept or not 0 <= partial.received <= partial.size:
            yield partial.id


@invariant(
    "files.left",
    "No upload is kept for long that nothing names: the worker sweeps it on the second day.",
)
def _left() -> Iterator[object]:
    yield from files_left(current_app.extensions["files"], clock.now() - LONG)


@invariant("files.documents", "Every document that is ready is kept and is what its row says.")
def _documents() -> Iterator[object]:
    rows = db.session.execute(
        select(Document.id, Document.file_key, Document.sha256).where(
            Document.state == DocumentState.READY
        )
    )
    yield from _damaged((row.id, row.file_key, row.sha256) for row in rows)


@invariant("files.packs", "Every pack of a reviewer that is ready is kept as it was made.")
def _packs() -> Iterator[object]:
    rows = db.session.execute(
        select(ReviewPack.id, ReviewPack.file_key, ReviewPack.sha256).where(
            ReviewPack.state == PackState.READY
        )
    )
    yield from _damaged((row.id, row.file_key, row.sha256) for row in rows)


no_rows(
    "files.trouble",
    "A document that failed says why.",
    lambda: select(Document.id).where(
        Document.state == DocumentState.FAILED, Document.trouble == ""
    ),
)
