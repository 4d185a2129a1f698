"""One file per command; a file put here is a command, named by the file.

A command module has `SUMMARY` (one line of help), `CHART` (whether it can draw one),
`add_arguments(parser)` and `run(arguments) -> Answer`.
"""

import importlib
import pkgutil
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command says: the text to publish, its exit code (1 is a finding) and its chart.

    `notes` are sentences for the person at the terminal; they go to standard error. `register` is
    a file and the line to add to it once the result is written.
    """

    text: str
    exit_code: int = 0
    chart: str | None = None
    notes: tuple[str, ...] = ()
    register: tuple[Path, str] | None = None


class Command(Protocol):
    SUMMARY: str
    CHART: bool

    def add_arguments(self, parser: ArgumentParser) -> None: ...

    def run(self, arguments: Namespace) -> Answer: ...


def say(sentence: str) -> None:
    """Tell the person at the terminal something that is no part of the result."""
    sys.stderr.write(f"{sentence}\n")


def names() -> list[str]:
    """Return the names of all commands, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load(name: str) -> Command:
    """Return one command; only the one that is asked for is imported, so help stays quick."""
    return cast("Command", importlib.import_module(f"{__name__}.{name}"))
