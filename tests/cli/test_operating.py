"""The commands that run an installation, as an operator types them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import Role, RoleGrant
from app.cli import doctor, install
from app.cli.create_admin import create_admin
from app.cli.db import db as db_group
from app.cli.routes import listed, routes
from app.core.db import db
from app.core.work import Mode, unit_of_work
from tests.accounts.doors import PASSWORD, sign_in
from tests.browser_client import Browser
from tests.engines import both_engines

if TYPE_CHECKING:
    from app.core.web import EquipoiseApp
    from tests.conftest import LedgerReader

ROOT = Path(__file__).resolve().parents[2]
FLASK = Path(sys.executable).with_name("flask")


def flask(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [FLASK, "--app", "wsgi", *words],
        cwd=ROOT,
        env=_environment(folder, **settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EQUIPOISE_")}
    named = {f"EQUIPOISE_{name.upper()}": value for name, value in settings.items()}
    return {**kept, "PYTHONPATH": str(ROOT), "EQUIPOISE_DATA_DIR": str(folder), **named}


def test_a_fresh_folder_is_migrated_and_served_until_told_to_stop(tmp_path: Path) -> None:
    early = flask(tmp_path, "serve", "--bind", "127.0.0.1:0")
    assert (early.returncode, early.stderr) == (
        2,
        "Error: The database is not at the newest schema. Run: flask db upgrade\n",
    )
    assert flask(tmp_path, "db", "upgrade").stdout.startswith("Upgraded to ")
    server = subprocess.Popen(
        [FLASK, "--app", "wsgi", "serve", "--bind", "127.0.0.1:0", "--with-worker"],
        cwd=ROOT,
        env=_environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert found
        with urllib.request.urlopen(f"{found[0]}/readyz", timeout=20) as answer:
            assert json.load(answer) == {"status": "ready", "wrong": []}
        with urllib.request.urlopen(f"{found[0]}/sign-in", timeout=20) as answer:
            assert "waitress" not in str(answer.headers)
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
        assert "Stopped." in server.stdout.read()
    finally:
        server.kill()
        server.communicate()


@pytest.mark.parametrize(
    ("words", "settings", "sentence"),
    [
        (["db", "current"], {"colour": "blue"}, "EQUIPOISE_COLOUR is not a setting"),
        (["db", "current"], {"production": "yes"}, "Set EQUIPOISE_SECRET_KEY to 32 random"),
        (
            ["db", "upgrade"],
            {"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/none"},
            "The database does not answer as it should",
        ),
        (
            ["create-admin", "--email=a@b.org", "--name=A", f"--password={PASSWORD}"],
            {},
            "Run: flask db upgrade",
        ),
    ],
)
def test_what_an_operator_can_mend_is_one_sentence_and_exit_code_2(
    tmp_path: Path, words: list[str], settings: dict[str, str], sentence: str
) -> None:
    done = flask(tmp_path, *words, **settings)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.fixture
def runner(app: EquipoiseApp) -> CliRunner:
    install(app)
    return CliRunner()


@both_engines
def test_database_and_models_are_compared(app: EquipoiseApp, runner: CliRunner) -> None:
    assert app
    assert runner.invoke(db_group, ["check"]).output == "Database and models agree.\n"
    assert re.match(r"\d{4} \(head\)\n", runner.invoke(db_group, ["current"]).output)


def test_a_database_behind_its_models_is_a_finding(app: EquipoiseApp, runner: CliRunner) -> None:
    assert app
    assert runner.invoke(db_group, ["downgrade", "0001"]).exit_code == 0
    done = runner.invoke(db_group, ["check"])
    assert done.exit_code == 1
    assert "ledger_entry" in done.output
    assert "newest is" in runner.invoke(db_group, ["current"]).output
    assert runner.invoke(db_group, ["upgrade"]).exit_code == 0


@both_engines
def test_the_first_administrator_can_sign_in(
    app: EquipoiseApp, runner: CliRunner, ledger: LedgerReader
) -> None:
    typed = ["--email", "ada@example.org", "--name", "Ada", "--password", PASSWORD]
    for _ in range(2):  # again: the same person, the role once
        done = runner.invoke(create_admin, typed)
        assert done.output == "ada@example.org is an administrator and can sign in.\n"
    browser = Browser(app)
    assert sign_in(browser, "ada@example.org").status_code == 303
    assert browser.get("/people").status_code == 200
    with unit_of_work(mode=Mode.READ):
        assert [grant.role for grant in db.session.query(RoleGrant)] == [Role.ADMINISTRATOR]
    assert ledger.actions()[:3] == [
        "accounts.person_entered", "accounts.password_set", "accounts.role_granted",
    ]  # fmt: skip
    assert SYSTEM_ACTOR.grants == frozenset()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["--email", "ada", "--name", "Ada", "--password", PASSWORD], "is not an e-mail address"),
        (["--email", "a@b.org", "--name", "Ada", "--password", "short"], "at least 12 characters"),
    ],
)
def test_a_fault_makes_no_administrator(runner: CliRunner, typed: list[str], sentence: str) -> None:
    done = runner.invoke(create_admin, typed)
    assert done.exit_code == 2
    assert sentence in done.output


def test_every_page_is_listed_with_method_policy_and_lens(
    app: EquipoiseApp, runner: CliRunner
) -> None:
    done = runner.invoke(routes, ["--json"])
    rows = json.loads(done.output)
    assert rows == listed(app)
    assert {"method", "rule", "policy", "lens"} <= set(rows[0])
    by_rule = {(row["method"], row["rule"]): row for row in rows}
    people = by_rule["GET", "/people"]
    assert (people["policy"], people["lens"]) == ("accounts.policy.may_see_people", "admin")
    assert by_rule["POST", "/sign-in"]["policy"] == "anyone"
    assert len(rows) == len({(row["method"], row["rule"]) for row in rows})


def test_the_flask_command_lists_them_too(tmp_path: Path) -> None:
    done = flask(tmp_path, "routes", "--json")
    if "No such option" in done.stderr:
        pytest.skip("this environment was not made by scripts/setup, which adds our plug-in")
    assert {row["rule"] for row in json.loads(done.stdout)} >= {"/sign-in", "/healthz"}


def test_the_doctor_finds_nothing_and_then_what_is_broken(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy = runner.invoke(doctor.doctor)
    assert healthy.exit_code == 0, healthy.output
    assert len(healthy.output.splitlines()) == len(doctor.CHECKS)

    monkeypatch.setattr(doctor, "LIBRARIES", ("libmissing.so.7",))
    unwell = runner.invoke(doctor.doctor)
    assert unwell.exit_code == 1
    assert "WRONG: libmissing.so.7 is missing" in unwell.output
    assert "1 of" in unwell.output
