"""Every invariant holds for the demonstration, and each can fail."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from app import create_app
from app.cli.checks import INVARIANTS
from app.cli.demo.telling import tell_world
from app.cli.demo.world import read_world
from app.core.db import db
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from config import Config
from tests.cli.commands import run, succeed
from tests.cli.damage import DAMAGE
from tests.conftest import KEY

TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> tuple[EquipoiseApp, Path]:
    """An application with the demonstration in it, and a copy of its whole database."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(migrated, folder / "equipoise.db")
    app = create_app(Config(data_dir=folder, secret_key=KEY))
    with app.app_context():
        tell_world(read_world(), "no password", seed=1)
        for each in db.engines.values():
            each.dispose()
    for file in (folder / "files").rglob("*"):
        os.utime(file, (0, 0))  # long ago, for what nothing names any more
    shutil.copy(folder / "equipoise.db", folder / "whole.db")
    return app, folder / "whole.db"


@pytest.fixture
def demo(told: tuple[EquipoiseApp, Path]) -> Iterator[EquipoiseApp]:
    app, whole = told
    for left in ("equipoise.db-wal", "equipoise.db-shm"):
        (whole.parent / left).unlink(missing_ok=True)
    shutil.copy(whole, whole.parent / "equipoise.db")
    with app.app_context():
        yield app
        for each in db.engines.values():
            each.dispose()


def _damage(folder: Path, statements: tuple[str, ...]) -> None:
    connection = sqlite.connect(folder / "equipoise.db")
    for (name,) in connection.execute(TRIGGERS).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for statement in statements:
        assert connection.execute(statement).rowcount > 0, f"touched nothing: {statement}"
    connection.commit()
    connection.close()


def test_the_demonstration_keeps_every_invariant(demo: EquipoiseApp) -> None:
    assert len(INVARIANTS) >= 75
    assert f"All {len(INVARIANTS)} invariants hold." in succeed(demo, "check")


def test_every_invariant_has_its_damage() -> None:
    assert set(DAMAGE) == set(INVARIANTS)


@pytest.mark.parametrize("name", DAMAGE)
def test_an_invariant_can_fail(
    demo: EquipoiseApp, told: tuple[EquipoiseApp, Path], name: str
) -> None:
    assert demo
    _damage(told[1].parent, DAMAGE[name])

    with unit_of_work(mode=Mode.READ):
        found = INVARIANTS[name].findings()

    assert found, INVARIANTS[name].sentence
    assert not [one for one in found if one.startswith("cannot be told")]


def test_findings_are_told_as_json_and_by_exit_code(
    demo: EquipoiseApp, told: tuple[EquipoiseApp, Path]
) -> None:
    _damage(told[1].parent, DAMAGE["reviews.total"])

    result = run(demo, "check", "--json")

    told_json = json.loads(result.stdout)
    assert result.exit_code == 1
    assert told_json["broken"] >= 1
    broken = {one["name"]: one["findings"] for one in told_json["invariants"] if one["findings"]}
    assert len(broken["reviews.total"]) == 1
