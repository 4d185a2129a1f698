"""The `flask` commands: a file for each, found by being in this folder.

A file lists its click commands in `COMMANDS`. Each runs inside the application, and what a
person can mend is told in one sentence with exit code 2; a finding exits with 1.
"""

from importlib import import_module
from pkgutil import iter_modules

import click
from flask import Flask
from flask.cli import with_appcontext

from app.cli.plainly import told_plainly


def install(app: Flask) -> None:
    """Add every command of this folder to the application."""
    for found in iter_modules(__path__):
        for command in getattr(import_module(f"{__name__}.{found.name}"), "COMMANDS", ()):
            _prepare(command)
            app.cli.add_command(command)


def _prepare(command: click.Command) -> None:
    """Give the command its application context and its plain errors, once."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _prepare(inner)
    elif command.callback is not None and not hasattr(command.callback, "told_plainly"):
        command.callback = with_appcontext(told_plainly(command.callback))
        command.callback.told_plainly = True  # type: ignore[attr-defined]
