"""What every test may ask for: an application on a fresh, migrated database of either engine."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app import create_app
from app.core import migrate
from app.core.db import db
from app.core.limits import tries
from app.core.work import Mode, unit_of_work
from app.ledger.models import LedgerEntry
from config import Config
from tests.browser_client import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.core.web import EquipoiseApp
    from tests.services import PostgreSQL, Services

pytest_plugins = ["tests.services", "tests.live"]

KEY = "a key for tests alone, long enough to start"


def _config(folder: Path, database_url: str = "") -> Config:
    return Config(data_dir=folder, secret_key=KEY, database_url=database_url)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """Name the database engine: "sqlite", or what `both_engines` asks for."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def _sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> tuple[EquipoiseApp, Path]:
    folder = tmp_path_factory.mktemp("sqlite")
    app = create_app(_config(folder))
    with app.app_context():
        migrate.upgrade()
    _close(app)
    migrated = folder / "migrated.db"
    shutil.copy(folder / "equipoise.db", migrated)
    return app, migrated


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


def _close(app: EquipoiseApp) -> None:
    with app.app_context():
        for each in db.engines.values():
            each.dispose()


def _on_fresh_sqlite(app: EquipoiseApp, migrated: Path) -> None:
    folder = migrated.parent
    for left in ("equipoise.db-wal", "equipoise.db-shm"):
        (folder / left).unlink(missing_ok=True)
    shutil.copy(migrated, folder / "equipoise.db")
    for name in ("files", "mail"):
        shutil.rmtree(folder / name, ignore_errors=True)
    with app.app_context():
        tries.reset()


@pytest.fixture
def app(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EquipoiseApp]:
    """An application on a clean database; the test runs inside its context."""
    if engine == "sqlite":
        made, migrated = request.getfixturevalue("_sqlite_app")
        _on_fresh_sqlite(made, migrated)
        with made.app_context():
            yield made
        _close(made)
        return
    template = request.getfixturevalue("_postgresql_template")
    server: PostgreSQL = request.getfixturevalue("services").postgresql()
    with request.getfixturevalue("services").exclusive("template"):
        database = server.create_database(template=template)
    made = create_app(_config(tmp_path, server.url(database)))
    with made.app_context():
        yield made
    _close(made)
    with suppress(Exception):
        server.drop_database(database)


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
