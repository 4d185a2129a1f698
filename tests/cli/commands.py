"""Running a command as a shell does, on the application of the test."""

from click.testing import CliRunner, Result
from flask.cli import ScriptInfo

from app import cli
from app.core.web import EquipoiseApp


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
