"""Which tests reach which line of a copy of the program, and what each of them costs."""

import ast
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from coverage import CoverageData

from tests.mutation.changes import Change
from tests.mutation.trial import forked

ROOT = Path(__file__).resolve().parents[2]


def copied(folder: Path) -> Path:
    """Copy the program and its tests into `folder`, to be changed there, and return where."""
    tree = folder / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("scoring", "tests/scoring", "bench", "docs/scoring"):
        shutil.copytree(ROOT / name, tree / name, ignore=ignore)
    (tree / "coverage.ini").write_text("[run]\nbranch = true\nsource = scoring\n")
    for name in ("tests/realdata.py", "tests/__init__.py", "pyproject.toml"):
        shutil.copy2(ROOT / name, tree / name)
    return tree


class Recorder:
    """Writes down how long each test that passed took, in seconds of the processor."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.seconds: dict[str, float] = {}
        self.begun = 0.0

    def pytest_runtest_setup(self) -> None:
        self.begun = _spent()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        spent = _spent() - self.begun
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = spent

    def pytest_sessionfinish(self) -> None:
        self.file.write_text(json.dumps(self.seconds))


def _spent() -> float:
    """Return the seconds of the processor, those of programs that were started among them."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@dataclass(frozen=True, slots=True)
class Map:
    """Which tests reach which line of the copied tree, and what each costs."""

    seconds: dict[str, float]
    reached: CoverageData
    tree: Path
    kept: dict[Path, dict[int, list[str]]] = field(default_factory=dict)

    def tests_of(self, change: Change, most: float) -> list[str]:
        """Return the tests that reach a change, the quickest first, for `most` seconds together.

        Lines that run when the module is imported are tried by all tests of their file, and of the
        files that import from it: a constant may be used there alone. Besides by those of test
        files that name the module.
        """
        lines = self._lines(change.file)
        within = range(change.statement, change.line + 1)
        found = set(self._named(lines, within))
        if not found:
            near = [lines, *(self._lines(one) for one in self._users(change.file))]
            found = {name for each in near for name in self._named(each, list(each))}
            found |= self._naming(change.file)
        chosen: list[str] = []
        spent = 0.0
        for test in sorted(found, key=lambda one: (self.seconds[one], one)):
            spent += self.seconds[test]
            if chosen and spent > most:
                break
            chosen.append(test)
        return chosen

    def at_import(self, change: Change) -> bool:
        """Say whether the line runs while modules are imported, before any test begins."""
        lines = self._lines(change.file)
        return "" in lines.get(change.statement, ())

    def _users(self, file: Path) -> list[Path]:
        """Return the files that import from a file."""
        every = sorted((self.tree / "scoring").rglob("*.py"))
        return [one.relative_to(self.tree) for one in every if _dotted(file) in _imported(one)]

    def _naming(self, file: Path) -> set[str]:
        """Return the tests of test files that name the module."""
        every = (self.tree / "tests/scoring").glob("test_*.py")
        named = {f"tests/scoring/{one.name}" for one in every if _dotted(file) in one.read_text()}
        return {test for test in self.seconds if test.partition("::")[0] in named}

    def _lines(self, file: Path) -> dict[int, list[str]]:
        if file not in self.kept:
            self.kept[file] = self.reached.contexts_by_lineno(str(self.tree / file))
        return self.kept[file]

    def _named(self, lines: dict[int, list[str]], wanted: Sequence[int]) -> Iterator[str]:
        for line in wanted:
            for context in lines.get(line, ()):
                test = context.partition("|")[0]
                if test in self.seconds:
                    yield test


def _dotted(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


@cache
def _imported(file: Path) -> frozenset[str]:
    """Return the modules that a file imports names from."""
    tree = ast.walk(ast.parse(file.read_bytes()))
    return frozenset(one.module or "" for one in tree if isinstance(one, ast.ImportFrom))


def mapped(tree: Path, folder: Path, *, anew: bool) -> Map:
    """Run all tests once and return which reaches what."""
    seconds, reached = folder / "seconds.json", folder / "coverage"
    if anew:
        os.environ["COVERAGE_FILE"] = str(reached)
        work = ["--cov=scoring", "--cov-config=coverage.ini", "--cov-context=test"]
        forked([*work, "--cov-report=", "tests/scoring"], Recorder(seconds))
    data = CoverageData(str(reached))
    data.read()
    return Map(json.loads(seconds.read_text()), data, tree)
