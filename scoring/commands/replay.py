"""`replay BUNDLE.json | REPORT.pdf`: recompute a published decision, print every difference."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from scoring.commands import Answer
from scoring.errors import InputError
from scoring.replay.replay import replay

SUMMARY = "recompute everything in a published decision; exit 1 if anything differs"
CHART = False


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("bundle", type=Path, metavar="BUNDLE.json|REPORT.pdf")
    parser.add_argument(
        "--rebuilt", action="store_true", help="print the recomputed bundle, not the differences"
    )


def run(arguments: Namespace) -> Answer:
    try:
        found = replay(arguments.bundle.read_bytes())
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror}.", source=str(arguments.bundle)
        ) from error
    except InputError as error:
        raise error.at(source=str(arguments.bundle)) from error
    code = 1 if found.differences else 0
    if arguments.rebuilt:
        return Answer(found.text, code)
    if found.differences:
        return Answer("".join(f"{one}\n" for one in found.differences), code)
    if not found.same_bytes:
        sys.stderr.write("the figures agree; the file is spelled differently (spaces, order)\n")
    return Answer("everything agrees\n")
