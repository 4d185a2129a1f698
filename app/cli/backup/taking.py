"""Taking a backup: the database at one moment, then the files that it can name, then the keys."""

import tempfile
from pathlib import Path

from flask import current_app
from sqlalchemy import text

from app.cli.backup import databases
from app.cli.backup.archive import Manifest, Writer
from app.core import clock, migrate
from app.core.db import db
from app.core.files import FileMissing, FileStore
from app.core.settings import settings
from app.core.work import Mode, unit_of_work
from app.ledger import queries as ledger


def take(path: Path, *, keys: bool) -> Manifest:
    """Write everything to `path`, while others go on writing; return what was written.

    The instant is read before the database is copied: whatever was acknowledged by then is in it.
    Files are copied after it; they are kept by their content and never changed, so that a newer
    store fits an older database.
    """
    archive = Writer(path)
    try:
        manifest: Manifest = {"stamped_at": clock.to_text(clock.now()), "keys": keys}
        if not databases.is_sqlite():
            manifest |= _told_before()
        with tempfile.TemporaryDirectory(dir=settings().data_dir, prefix=".backup-") as folder:
            copied = databases.snapshot(Path(folder))
            if databases.is_sqlite():
                manifest |= databases.head_of(copied)
            archive.add_file(copied.name, copied)
        _add_files(archive)
        if keys:
            for key in sorted(settings().keys.iterdir()):
                if key.is_file():
                    archive.add_file(f"keys/{key.name}", key)
        archive.finish(manifest)
    except BaseException:
        archive.abandon()
        raise
    return manifest


def _told_before() -> Manifest:
    """Return where the ledger of a PostgreSQL database is before it is copied: at least there."""
    with unit_of_work(mode=Mode.READ):
        head = ledger.head()
        version = db.session.scalar(text("SHOW server_version"))
    told = {"log": head.log, "size": head.size, "chain": head.chain.hex(), "at": head.at}
    return {"revision": migrate.current(), "ledger": told, "server_version": version}


def _add_files(archive: Writer) -> None:
    store: FileStore = current_app.extensions["files"]
    for key in sorted(store.keys()):
        try:
            archive.add(f"files/{key}", store.get(key))
        except FileMissing:
            continue  # deleted since it was listed, so no row of the copy names it
