"""Errors of commands: one sentence that says what to do, and exit code 2."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from app.core.files import FileStoreError
from app.core.gate import Refused
from config import SettingError


class UsageProblem(click.ClickException):
    """Something the person at the keyboard can mend."""

    exit_code = 2


class Finding(click.ClickException):
    """The command did its work and found something wrong."""

    exit_code = 1


def told_plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what a person can mend into a sentence; our own mistakes stay stack traces."""

    @wraps(command)
    def run(*args: object, **options: object) -> object:
        try:
            return command(*args, **options)
        except (SettingError, FileStoreError, Refused) as error:
            raise UsageProblem(str(error)) from error
        except DBAPIError as error:
            raise UsageProblem(_about_database(error)) from error

    return run


def _about_database(error: DBAPIError) -> str:
    said = (str(error.orig).strip() or type(error.orig).__name__).splitlines()[0].rstrip(".")
    if "no such table" in said or ("relation" in said and "does not exist" in said):
        return "The database has no tables yet, or old ones. Run: flask db upgrade"
    return f"The database does not answer as it should ({said}). Check EQUIPOISE_DATABASE_URL."
