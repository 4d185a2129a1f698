"""Running a command as a shell does, on the application of the test."""

from typing import cast

from click.testing import CliRunner, Result
from flask import current_app
from flask.cli import ScriptInfo

from app import cli
from app.cli.demo.command import SIGN_INS
from app.core.settings import settings
from app.core.web import EquipoiseApp

DEMO_PASSWORD = "lantern-harbour-violet"


def run(app: EquipoiseApp, *words: str) -> Result:
    """Run `flask WORDS…`; an exception that is no sentence for people fails the test."""
    if "call" not in app.cli.commands:
        cli.install(app)
    result = CliRunner().invoke(app.cli, words, obj=_info(app))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def _info(app: EquipoiseApp) -> ScriptInfo:
    return ScriptInfo(create_app=lambda: app)


def succeed(app: EquipoiseApp, *words: str) -> str:
    """Run a command that must succeed; return what it printed."""
    result = run(app, *words)
    assert result.exit_code == 0, result.output
    return result.output


def the_demo() -> tuple[str, str]:
    """Fill an empty installation: what the command said and what it wrote for whoever signs in."""
    app = cast("EquipoiseApp", current_app)
    said = succeed(app, "demo", "--if-empty", "--password", DEMO_PASSWORD)
    file = settings().data_dir / SIGN_INS
    assert file.stat().st_mode & 0o077 == 0
    return said, file.read_text()
