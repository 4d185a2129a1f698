"""`python -m scoring COMMAND INPUT… [--out FILE] [--chart FILE]`: same input, same bytes."""

import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
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
        deliver(answer, arguments.out, getattr(arguments, "chart", None))
        for note in answer.notes:
            commands.say(note)
    except InputError as error:
        commands.say(str(error))
        return USAGE
    return answer.exit_code


def deliver(answer: commands.Answer, out: Path | None, chart: Path | None) -> None:
    """Write result, chart and register, or none of them."""
    given = ((chart, answer.chart), (out, answer.text))
    texts = [(file, text) for file, text in given if file and text]
    with ExitStack() as stack:
        staged = [stack.enter_context(stage(file, text)) for file, text in texts]
        if answer.register:
            add_line(*answer.register)
        for ready, (file, _) in zip(staged, texts, strict=True):
            put(ready, file)
    if not out:
        sys.stdout.write(answer.text)


def write_whole(file: Path, text: str) -> None:
    """Write all of a file or nothing of it (a half-written result could be taken for a result)."""
    with stage(file, text) as ready:
        put(ready, file)


@contextmanager
def stage(file: Path, text: str) -> Iterator[Path]:
    """Yield a whole copy beside the file, ready to take its place; it is gone afterwards."""
    if file.is_dir():
        raise InputError(f"{file} cannot be written: it is a folder.")
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.") from error
    ready = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        ready.chmod(0o644)
        yield ready
    finally:
        ready.unlink(missing_ok=True)


def put(ready: Path, file: Path) -> None:
    """Let the copy take the place of the file."""
    try:
        ready.replace(file)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.") from error


def add_line(file: Path, line: str) -> None:
    """Add a line to a file that only grows."""
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(line)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.") from error


if __name__ == "__main__":
    sys.exit(main())
