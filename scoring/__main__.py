"""`python -m scoring COMMAND INPUT… [--out FILE] [--chart FILE]`: same input, same bytes."""

import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from scoring import commands
from scoring.errors import InputError

USAGE = 2


def build_parser(wanted: Sequence[str]) -> ArgumentParser:
    """Return the parser of the `wanted` commands."""
    parser = ArgumentParser(prog="python -m scoring", description="The arithmetic of selection.")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in wanted:
        command = commands.load(name)
        sub = choices.add_parser(name, help=command.SUMMARY, description=command.SUMMARY)
        command.add_arguments(sub)
        sub.add_argument("--out", type=Path, help="write here instead of to standard output")
        if command.CHART:
            sub.add_argument("--chart", type=Path, help="draw the result here, as SVG")
        sub.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 good, 1 a finding, 2 an unusable input."""
    given = sys.argv[1:] if argv is None else list(argv)
    known = commands.names()
    wanted = given[:1] if given and given[0] in known else known
    arguments = build_parser(wanted).parse_args(given)
    try:
        answer: commands.Answer = arguments.run(arguments)
        chart_file: Path | None = getattr(arguments, "chart", None)
        if chart_file and answer.chart is not None:
            write_whole(chart_file, answer.chart)
        if arguments.out:
            write_whole(arguments.out, answer.text)
        else:
            sys.stdout.write(answer.text)
        for note in answer.notes:
            commands.say(note)
    except InputError as error:
        commands.say(str(error))
        return USAGE
    return answer.exit_code


def write_whole(file: Path, text: str) -> None:
    """Write all of a file or nothing of it (a half-written result could be taken for a result)."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.") from error
    whole = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        whole.chmod(0o644)
        whole.replace(file)
    except OSError as error:
        whole.unlink()
        raise InputError(f"{file} cannot be written: {error.strerror}.") from error


if __name__ == "__main__":
    sys.exit(main())
