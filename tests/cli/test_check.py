"""Every invariant holds for the demonstration, and each can fail."""

import json
import os

import pytest
from pysqlite3 import dbapi2 as sqlite

from app.cli.checks import INVARIANTS
from app.core.settings import settings
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from tests.cli.commands import run, succeed, the_demo
from tests.cli.damage import DAMAGE
from tests.worlds import BuiltOnce

TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


@pytest.fixture
def demo(app: EquipoiseApp, built_once: BuiltOnce) -> EquipoiseApp:
    built_once(the_demo)
    for file in (settings().data_dir / "files").rglob("*"):
        os.utime(file, (0, 0))  # long ago, for what nothing names any more
    return app


def _damage(statements: tuple[str, ...]) -> None:
    connection = sqlite.connect(settings().data_dir / "equipoise.db")
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
def test_an_invariant_can_fail(demo: EquipoiseApp, name: str) -> None:
    assert demo
    _damage(DAMAGE[name])

    with unit_of_work(mode=Mode.READ):
        found = INVARIANTS[name].findings()

    assert found, INVARIANTS[name].sentence
    assert not [one for one in found if one.startswith("cannot be told")]


def test_findings_are_told_as_json_and_by_exit_code(demo: EquipoiseApp) -> None:
    _damage(DAMAGE["reviews.total"])

    result = run(demo, "check", "--json")

    told_json = json.loads(result.stdout)
    assert result.exit_code == 1
    assert told_json["broken"] >= 1
    broken = {one["name"]: one["findings"] for one in told_json["invariants"] if one["findings"]}
    assert len(broken["reviews.total"]) == 1
