"""What every test may ask for: an application on a fresh, migrated database of either engine."""

from __future__ import annotations

import gc
import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app import create_app
from app.core import clock, migrate
from app.core.db import db
from app.core.limits import tries
from app.core.settings import settings
from app.core.work import Mode, unit_of_work
from app.documents import keys as document_keys
from app.ledger import keys as ledger_keys
from app.ledger.latest import forget_all
from app.ledger.models import LedgerEntry
from config import Config
from tests.browser_client import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.core.web import EquipoiseApp
    from tests.services import Services

pytest_plugins = ["tests.services", "tests.live", "tests.worlds"]

# Thousands of tests are collected, and nothing of that is ever garbage: looking through it again
# and again takes a quarter of the time of collecting, and some seconds in every minute after it.
gc.disable()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


KEY = "a key for tests alone, long enough to start"

# Thousands of small databases live for a second each: in memory where there is room, since a
# disk would wait for each of them. Whoever sets TMPDIR decides otherwise.
IN_MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30  # bytes
if "TMPDIR" not in os.environ and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM:
    os.environ["TMPDIR"] = str(IN_MEMORY)
    tempfile.tempdir = None


def _config(folder: Path, database_url: str = "") -> Config:
    return Config(data_dir=folder, secret_key=KEY, database_url=database_url)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """Name the database engine: "sqlite", or what `both_engines` asks for."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def migrated(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database, made once for all workers: copy it."""
    made = services.folder / "migrated.db"
    with services.exclusive("migrated"):
        if not made.exists():
            folder = tmp_path_factory.mktemp("migrated")
            app = create_app(_config(folder))
            with app.app_context():
                migrate.upgrade()
            _close(app)
            shutil.copy(folder / "equipoise.db", made)
    return made


@pytest.fixture(scope="session")
def _keys(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys of every application of this run, so that one reads what another signed."""
    made = services.folder / "keys"
    with services.exclusive("keys"):
        if not made.exists():
            app = create_app(_config(tmp_path_factory.mktemp("keys")))
            with app.app_context():
                ledger_keys.signing_key()
                ledger_keys.pseudonym("somebody")
                document_keys.report_key(clock.now())
                shutil.copytree(settings().keys, made)
    return made


@pytest.fixture(scope="session")
def _sqlite_app(_keys: Path, tmp_path_factory: pytest.TempPathFactory) -> EquipoiseApp:
    folder = tmp_path_factory.mktemp("sqlite")
    shutil.copytree(_keys, folder / "keys")
    return create_app(_config(folder))


@pytest.fixture(scope="session")
def _postgresql_template(services: Services, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Migrate one database for all workers; every test gets a copy of it."""
    server = services.postgresql()
    name = services.folder / "template-name"
    with services.exclusive("template"):
        if not name.exists():
            database = server.create_database()
            app = create_app(_config(tmp_path_factory.mktemp("template"), server.url(database)))
            with app.app_context():
                migrate.upgrade()
            _close(app)
            name.write_text(database)
    return name.read_text()


@pytest.fixture(scope="session")
def _postgresql_app(
    services: Services, _keys: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[EquipoiseApp, str]:
    """One application for this worker; every test lays a database of that name under it."""
    name = f"test_{secrets.token_hex(6)}"
    url = services.postgresql().url(name)
    folder = tmp_path_factory.mktemp("postgresql")
    shutil.copytree(_keys, folder / "keys")
    return create_app(_config(folder, url)), name


def _close(app: EquipoiseApp) -> None:
    with app.app_context():
        for each in db.engines.values():
            each.dispose()


def _without_traces(app: EquipoiseApp) -> Path:
    """Forget what the last test left beside the database; return the application's folder."""
    with app.app_context():
        tries.reset()
        app.extensions["kept_pages"].clear()
        forget_all()  # kept by where the ledger ends: copies end alike
        folder = settings().data_dir
    for left in ("equipoise.db-wal", "equipoise.db-shm"):
        (folder / left).unlink(missing_ok=True)
    for name in ("files", "mail"):
        shutil.rmtree(folder / name, ignore_errors=True)
    return folder


@contextmanager
def _on_sqlite(request: pytest.FixtureRequest) -> Iterator[EquipoiseApp]:
    app: EquipoiseApp = request.getfixturevalue("_sqlite_app")
    shutil.copy(request.getfixturevalue("migrated"), _without_traces(app) / "equipoise.db")
    yield app
    _close(app)


@contextmanager
def _on_postgresql(request: pytest.FixtureRequest) -> Iterator[EquipoiseApp]:
    template: str = request.getfixturevalue("_postgresql_template")
    services: Services = request.getfixturevalue("services")
    app, name = request.getfixturevalue("_postgresql_app")
    server = services.postgresql()
    with services.exclusive("template"):
        server.create_database(template=template, name=name)
    _without_traces(app)
    yield app
    _close(app)
    server.drop_database(name)


@pytest.fixture
def app(engine: str, request: pytest.FixtureRequest) -> Iterator[EquipoiseApp]:
    """An application on a clean database; the test runs inside its context."""
    on = _on_sqlite if engine == "sqlite" else _on_postgresql
    with on(request) as made, made.app_context():
        yield made


@pytest.fixture
def browser(app: EquipoiseApp) -> Browser:
    """A person's browser without scripts: it keeps cookies and fills in forms."""
    return Browser(app)


class LedgerReader:
    """What the ledger says, for tests."""

    def actions(self) -> list[str]:
        with unit_of_work(mode=Mode.READ):
            rows = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq))
            return [row.action for row in rows]


@pytest.fixture
def ledger(app: EquipoiseApp) -> LedgerReader:
    assert app
    return LedgerReader()
