"""`flask doctor`: look at everything this installation stands on, and say what is wrong."""

import ctypes
import platform
import shutil
import tempfile
from collections.abc import Callable
from typing import Any

import click
import pysqlite3
import sqlalchemy as sa
from flask import current_app

from app.cli.plainly import Finding
from app.core import clock, mail, migrate
from app.core.db import SMALLEST_SQLITE, db
from app.core.pdf.assets import packaged_assets
from app.core.settings import settings
from app.core.work import Mode, unit_of_work

LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
)
LARGEST_SKEW = 1.0  # seconds between our clock and the database's
LEAST_SPACE = 1  # gigabytes
PROBE = b"flask doctor was here"


class Unwell(Exception):  # noqa: N818 - it is an answer
    """What is wrong, and how to mend it."""


def _python() -> str:
    return f"{platform.python_version()} on {platform.system()} {platform.release()}"


def _database() -> str:
    if db.engines[None].dialect.name == "postgresql":
        return str(_ask("SELECT version()")).split(" on ")[0]
    _ask("SELECT 1")
    if pysqlite3.sqlite_version_info < SMALLEST_SQLITE:
        raise Unwell(f"SQLite {pysqlite3.sqlite_version} is too old: install pysqlite3 anew")
    return f"SQLite {pysqlite3.sqlite_version}"


def _schema() -> str:
    at, newest = migrate.current(), migrate.head()
    if at != newest:
        raise Unwell(f"at {at or 'nothing'}, newest is {newest}: run flask db upgrade")
    return f"at {at}"


def _clock() -> str:
    if db.engines[None].dialect.name != "postgresql":
        return f"{clock.now():%Y-%m-%d %H:%M:%S} UTC"
    skew = abs((_ask("SELECT clock_timestamp()") - clock.now()).total_seconds())
    if skew > LARGEST_SKEW:
        raise Unwell(f"{skew:.1f} s apart from the database’s: let both follow an NTP server")
    return f"{clock.now():%Y-%m-%d %H:%M:%S} UTC, {skew:.3f} s from the database’s"


def _data_folder() -> str:
    folder = settings().data_dir.resolve()
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(PROBE)
    except OSError as error:
        raise Unwell(f"{folder} cannot be written: {error.strerror}") from error
    free = shutil.disk_usage(folder).free / 1024**3
    if free < LEAST_SPACE:
        raise Unwell(f"{folder} has {free:.1f} GB left: make room")
    return f"{folder}, {free:.0f} GB free"


def _files() -> str:
    store = current_app.extensions["files"]
    kept = store.put(PROBE, kind="doctor")
    if store.get(kept.key) != PROBE:
        raise Unwell("the store gives back something else than was put in")
    store.delete(kept.key)
    return settings().storage


def _libraries() -> str:
    for name in LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError as error:
            raise Unwell(f"{name} is missing: run scripts/setup, or install Pango") from error
    pango = ctypes.CDLL("libpango-1.0.so.0")
    pango.pango_version_string.restype = ctypes.c_char_p
    return f"Pango {pango.pango_version_string().decode()}, subsetting by HarfBuzz"


def _typefaces() -> str:
    faces = [name for name in packaged_assets() if name.endswith(".ttf")]
    if not faces:
        raise Unwell("no typeface is packaged: the installation is not complete")
    return f"{len(faces)} packaged"


def _mail() -> str:
    if not settings().smtp_url:
        return f"kept in {settings().data_dir / 'mail'} (EQUIPOISE_SMTP_URL is not set)"
    try:
        mail.greet(settings())
    except mail.MailDelayed as error:
        raise Unwell(f"the mail server does not answer as it should: {error}") from error
    return "the mail server answers"


def _ask(statement: str) -> Any:  # noqa: ANN401 - whatever was asked for
    with unit_of_work(mode=Mode.READ):
        return db.session.execute(sa.text(statement)).scalar()


CHECKS: dict[str, Callable[[], str]] = {
    "Python": _python,
    "Database": _database,
    "Schema": _schema,
    "Clock": _clock,
    "Data folder": _data_folder,
    "Files": _files,
    "Libraries": _libraries,
    "Typefaces": _typefaces,
    "Mail": _mail,
}


@click.command()
def doctor() -> None:
    """Check database, clock, folders, libraries, typefaces and mail."""
    unwell = 0
    for name, look in CHECKS.items():
        try:
            line = f"{name:<12} {look()}"
        except Exception as error:  # noqa: BLE001 - every finding is told, the rest still checked
            unwell += 1
            said = str(error).splitlines()[0] if str(error) else type(error).__name__
            line = f"{name:<12} WRONG: {said}"
        click.echo(line)
    if unwell:
        raise Finding(f"{unwell} of {len(CHECKS)} checks found something wrong.")


COMMANDS = (doctor,)
