"""Restoring a backup: laid out aside, checked whole, and only then put in place."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from app.cli.backup import databases
from app.cli.backup.archive import MANIFEST, Manifest, Unusable, members, verified
from app.cli.checks import INVARIANTS
from app.cli.emptiness import is_empty
from app.cli.plainly import UsageProblem
from app.core import clock, migrate
from app.core.db import db
from app.core.settings import settings
from app.core.work import Mode, unit_of_work
from app.ledger import queries as ledger

if TYPE_CHECKING:
    from config import Config

CHECKED = ("ledger.", "files.")  # invariants, by how their names begin
OLD_SCHEMA = "before_restore"  # of PostgreSQL, until the restored one is found whole
RUNNING = "The installation is running. Stop `flask serve` and `flask worker` first."


def restore_from(path: Path, *, replacing: bool) -> Manifest:
    """Put everything in `path` in place of an empty installation, or of this one if `replacing`.

    Nothing is touched before every hash, the database and the chain of the ledger were checked.
    Raises UsageProblem or Unusable with a sentence. What was here before is kept in a folder
    beside (SQLite), or in the database it was in until the new one is found whole (PostgreSQL).
    """
    manifest = verified(path)
    _check_fits(manifest)
    if not replacing and not _nothing_here():
        raise UsageProblem(
            "There are people, calls or files here already. To put the backup in their place, "
            "stop the installation and add --replace."
        )
    with _laid_out(path) as folder:
        if not manifest["keys"] and settings().keys.is_dir():
            shutil.copytree(settings().keys, folder / "keys", dirs_exist_ok=True)
        if databases.is_sqlite():
            _check_sqlite(folder, manifest)
            _put_sqlite(folder, manifest)
        else:
            _put_postgresql(folder, manifest)
    return manifest


def _check_fits(manifest: Manifest) -> None:
    here = databases.SQLITE if databases.is_sqlite() else databases.POSTGRESQL
    if here not in manifest["parts"]:
        raise UsageProblem(
            "The backup is of the other kind of database than EQUIPOISE_DATABASE_URL names: a "
            "backup of SQLite needs SQLite, and one of PostgreSQL needs PostgreSQL."
        )
    newest = migrate.head() or ""
    if manifest["revision"] > newest:
        raise UsageProblem(
            f"The backup has the schema {manifest['revision']} and this program knows only "
            f"{newest}. Restore it with the version it was made with, or a newer one."
        )


def _nothing_here() -> bool:
    if migrate.current() is None:
        return not _has_files()
    return is_empty() and not _has_files()


def _has_files() -> bool:
    return any(current_app.extensions["files"].keys())


@contextmanager
def _laid_out(path: Path) -> Iterator[Path]:
    """Lay the archive out in a folder beside the data, so that it can be moved in place."""
    with (
        _for_the_owner_alone(),
        tempfile.TemporaryDirectory(dir=settings().data_dir, prefix=".restore-") as made,
    ):
        folder = Path(made)
        for name, content in members(path):
            if name == MANIFEST:
                continue
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                shutil.copyfileobj(content, file)
        (folder / "files").mkdir(exist_ok=True)
        yield folder


@contextmanager
def _for_the_owner_alone() -> Iterator[None]:
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


# --- checking ------------------------------------------------------------------------------------


def _check_sqlite(folder: Path, manifest: Manifest) -> None:
    copied = folder / databases.SQLITE
    problem = databases.problem_of(copied)
    if problem:
        raise Unusable(f"The database of the backup cannot be used: {problem}.")
    if databases.head_of(copied)["ledger"] != manifest["ledger"]:
        raise Unusable("The ledger of the backup does not end where its manifest says.")
    _check_rows(folder, f"sqlite:///{copied.resolve()}", manifest)
    databases.sign_everybody_out(copied)


def _check_rows(folder: Path, database: str, manifest: Manifest) -> None:
    """Let an application of its own, which has only what was laid out, check ledger and files."""
    if manifest["revision"] != migrate.head():
        return  # an older schema is checked by `flask check` once it is brought up
    from app import create_app  # noqa: PLC0415 - commands are part of what it makes

    config: Config = replace(
        settings(),
        data_dir=folder,
        database_url=database,
        storage_url=str(folder / "files"),
    )
    other = create_app(config)
    with other.app_context():
        try:
            with unit_of_work(mode=Mode.READ):
                for name, one in INVARIANTS.items():
                    findings = one.findings() if name.startswith(CHECKED) else []
                    if findings:
                        raise Unusable(_about(name, one.sentence, findings[0], manifest))
        finally:
            _let_go()


def _about(name: str, sentence: str, finding: str, manifest: Manifest) -> str:
    if name == "ledger.checkpoints" and not manifest["keys"]:
        return (
            "The backup holds no keys, and those here are not the keys of its ledger. Put the "
            f"right ones into {settings().keys} first."
        )
    return f"The backup breaks a rule of the data: “{sentence}” ({finding})."


# --- putting in place ----------------------------------------------------------------------------


class Swap:
    """Moves what is here aside and the restored in its place; all of it can be undone."""

    def __init__(self) -> None:
        stamp = f"{clock.now():%Y%m%dT%H%M%S.%fZ}"
        self.aside = settings().data_dir / f"before-restore-{stamp}"
        self._done: list[tuple[Path, Path | None]] = []

    def put(self, new: Path | None, old: Path) -> None:
        """Put `new` where `old` is, or nothing there."""
        kept = None
        if old.exists() and not _is_nothing(old):
            self.aside.mkdir(mode=0o700, exist_ok=True)
            kept = self.aside / old.name
            old.rename(kept)
        self._done.append((old, kept))
        if new is not None and new.exists():
            new.rename(old)

    def undo(self) -> None:
        for old, kept in reversed(self._done):
            if old.is_dir():
                shutil.rmtree(old)
            else:
                old.unlink(missing_ok=True)
            if kept is not None:
                kept.rename(old)


def _is_nothing(path: Path) -> bool:
    """Remove what holds nothing, so that it is not kept; say whether that was so."""
    if path.is_dir() and not any(path.iterdir()):
        path.rmdir()
        return True
    if path.is_file() and not path.stat().st_size:
        path.unlink()
        return True
    return False


@contextmanager
def _swapping(folder: Path, manifest: Manifest) -> Iterator[Swap]:
    """Put files and keys in place, then what is done inside; undo it all where one step fails."""
    swap = Swap()
    os.sync()  # what was laid out is on the disk before anything is moved
    try:
        swap.put(None, settings().data_dir / "queue.db")  # the jobs themselves are rows
        if settings().storage_url:
            _put_files(folder)
        else:
            swap.put(folder / "files", settings().data_dir / "files")
        if manifest["keys"]:
            swap.put(folder / "keys", settings().keys)
        yield swap
    except BaseException:
        swap.undo()
        raise
    os.sync()
    if swap.aside.exists():
        manifest["aside"] = str(swap.aside)


def _put_files(folder: Path) -> None:
    """Put the files into a store that is no folder of ours; by their content, harming nothing."""
    store = current_app.extensions["files"]
    for path in sorted((folder / "files").rglob("*")):
        if path.is_file():
            store.put(path.read_bytes(), kind=path.relative_to(folder / "files").parts[0])


def _put_sqlite(folder: Path, manifest: Manifest) -> None:
    here = Path(str(databases.address().database))
    _let_go()
    if here.exists() and databases.is_in_use(here):
        raise UsageProblem(RUNNING)
    with _swapping(folder, manifest) as swap:
        swap.put(folder / databases.SQLITE, here)


def _put_postgresql(folder: Path, manifest: Manifest) -> None:
    """Restore into a schema of the same name beside the old one, check, and drop the old one."""
    _let_go()
    if databases.others_connected():
        raise UsageProblem(RUNNING)
    databases.execute(
        f'ALTER SCHEMA public RENAME TO "{OLD_SCHEMA}"',
        "CREATE SCHEMA public",
        "GRANT USAGE ON SCHEMA public TO PUBLIC",
    )
    try:
        copied = str(folder / databases.POSTGRESQL)
        how = ("--no-owner", "--exit-on-error", "--single-transaction")
        name = str(databases.address().database)
        databases.run_postgresql("pg_restore", "--dbname", name, *how, copied)
        _check_head(manifest)
        _check_rows(folder, databases.address().render_as_string(hide_password=False), manifest)
        databases.sign_everybody_out_here()
        with _swapping(folder, manifest):
            databases.execute(f'DROP SCHEMA "{OLD_SCHEMA}" CASCADE')
    except BaseException:
        databases.execute(
            "DROP SCHEMA public CASCADE", f'ALTER SCHEMA "{OLD_SCHEMA}" RENAME TO public'
        )
        raise


def _check_head(manifest: Manifest) -> None:
    with unit_of_work(mode=Mode.READ):
        head = ledger.head()
    told = manifest["ledger"]
    if head.log != told["log"] or head.size < told["size"]:
        raise Unusable("The ledger of the backup ends before the point its manifest names.")


def _let_go() -> None:
    for engine in db.engines.values():
        engine.dispose()
