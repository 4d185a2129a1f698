"""Whole runs of the command line, kept to the byte: what is told, what is written, every chart.

    .venv/bin/python -m tests.scoring.golden      writes them anew (read the difference by hand)

The cases are small and touch as much as they can, so that no word, digit or bar changes unseen.
"""

import contextlib
import io
import json
from argparse import _SubParsersAction
from pathlib import Path
from tempfile import TemporaryDirectory

from scoring import commands
from scoring.__main__ import build_parser, main
from tests.scoring.golden_inputs import CASES, Case

KEPT = Path(__file__).parent / "golden"


def run(case: Case) -> dict[str, str]:
    """Run a case in a folder of its own and return code, sentences, result and chart as texts."""
    with TemporaryDirectory() as place, contextlib.chdir(place):
        for name, content in case.files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            Path(name).write_text(text, encoding="utf-8")
        told, printed = io.StringIO(), io.StringIO()
        with contextlib.redirect_stderr(told), contextlib.redirect_stdout(printed):
            code = main([case.command, *case.files, *case.options])
        left = {
            name: Path(name).read_text(encoding="utf-8")
            for name in sorted(one.name for one in Path().iterdir())
            if name not in case.files
        }
    head = f"exit {code}\n{told.getvalue()}"
    found = {"told.txt": head, "out.json": printed.getvalue(), **left}
    return {name: text for name, text in found.items() if text}


def described() -> list[str]:
    """Return every argument of every command, with its help, as one line each."""
    found = []
    for name in commands.names():
        parser = build_parser([name])
        (choices,) = [one for one in parser._actions if isinstance(one, _SubParsersAction)]
        found.append(f"{parser.prog} | {parser.description} | {choices.metavar}")
        sub = choices.choices[name]
        found.append(
            f"{name} | {sub.description} | {[one.help for one in choices._choices_actions]}"
        )
        for one in sub._actions[1:]:
            told = (one.option_strings, one.dest, one.metavar, one.default, one.choices, one.help)
            found.append(" | ".join(map(str, (*told, type(one).__name__, one.type))))
    return found


def kept(name: str) -> dict[str, str]:
    """Return what a run left when it was kept."""
    folder = KEPT / name
    return {one.name: one.read_text(encoding="utf-8") for one in sorted(folder.iterdir())}


def keep(name: str, texts: dict[str, str]) -> None:
    """Keep what a run left."""
    folder = KEPT / name
    folder.mkdir(parents=True, exist_ok=True)
    for one in folder.iterdir():
        one.unlink()
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for named, case in CASES.items():
        keep(named, run(case))
    lines = "".join(f"{line}\n" for line in described())
    (KEPT / "arguments.txt").write_text(lines, encoding="utf-8")
