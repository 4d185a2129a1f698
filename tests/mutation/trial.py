"""Tries a change: the tests that reach its line, the quickest first, until one fails."""

import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from coverage import CoverageData

from tests.mutation.changes import Change

ROOT = Path(__file__).resolve().parents[2]
PLAIN = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--confcutdir=tests/scoring"]
PLAIN += ["--hypothesis-seed=0", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
SLOW = (
    "saturated or any_small_panel or adaptive_integration or 353 or only_where_it_helps"
    " or other_names or turning_the_scale or neither_order or peak_gives or order_of_reviews"
    " or another_scale or complete_reviewer or coarser_grids or not_settled or node_it_is_at"
)
"""Tests too slow to be repeated hundreds of times; what they alone notice counts as unseen."""
OURS = {"tests", "scoring", "bench"}
_CRASHED = 3


def copied(folder: Path) -> Path:
    """Copy the program and its tests into `folder`, to be changed there, and return where."""
    tree = folder / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("scoring", "tests/scoring", "bench"):
        shutil.copytree(ROOT / name, tree / name, ignore=ignore)
    (tree / "coverage.ini").write_text("[run]\nbranch = true\nsource = scoring\n")
    for name in ("tests/realdata.py", "tests/__init__.py", "pyproject.toml"):
        shutil.copy2(ROOT / name, tree / name)
    return tree


def forked(work: Sequence[str], plugin: object, seconds: int | None = None) -> int:
    """Run pytest in a fork of this interpreter, where the libraries are loaded already."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        if seconds is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            sys.dont_write_bytecode = True
        for name in [one for one in sys.modules if one.partition(".")[0] in OURS]:
            del sys.modules[name]  # those of the copy are meant
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        code = int(pytest.main([*PLAIN, *work], plugins=[plugin]))
    except BaseException:  # noqa: BLE001  (a child that could not even begin)
        code = _CRASHED
    os._exit(code)


class Recorder:
    """Writes down how long each test that passed took, in seconds of the processor."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.seconds: dict[str, float] = {}
        self.begun = 0.0

    def pytest_runtest_setup(self) -> None:
        self.begun = time.process_time()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        spent = time.process_time() - self.begun
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = spent

    def pytest_sessionfinish(self) -> None:
        self.file.write_text(json.dumps(self.seconds))


class Chosen:
    """Runs some tests of those collected, in their order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.place = {name: place for place, name in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        mine = [item for item in items if item.nodeid in self.place]
        items[:] = sorted(mine, key=lambda item: self.place[item.nodeid])


@dataclass(frozen=True, slots=True)
class Map:
    """Which tests reach which line of the copied tree, and what each costs."""

    seconds: dict[str, float]
    reached: CoverageData
    tree: Path

    def tests_of(self, change: Change, most: float) -> list[str]:
        """Return the tests that reach a change, the quickest first, for `most` seconds together.

        Lines that run when the module is imported are tried by all tests of their file.
        """
        lines = self.reached.contexts_by_lineno(str(self.tree / change.file))
        within = range(change.statement, change.line + 1)
        found = set(self._named(lines, within)) or set(self._named(lines, list(lines)))
        chosen: list[str] = []
        spent = 0.0
        for test in sorted(found, key=lambda one: (self.seconds[one], one)):
            spent += self.seconds[test]
            if chosen and spent > most:
                break
            chosen.append(test)
        return chosen

    def _named(self, lines: dict[int, list[str]], wanted: Sequence[int]) -> Iterator[str]:
        for line in wanted:
            for context in lines.get(line, ()):
                test = context.partition("|")[0]
                if test in self.seconds:
                    yield test


def mapped(tree: Path, folder: Path, *, anew: bool) -> Map:
    """Run all tests once and return which reaches what."""
    seconds, reached = folder / "seconds.json", folder / "coverage"
    if anew:
        os.environ["COVERAGE_FILE"] = str(reached)
        work = [
            "--cov=scoring",
            "--cov-config=coverage.ini",
            "--cov-context=test",
            "--cov-report=",
            "tests/scoring",
        ]
        work += ["-k", f"not ({SLOW})"]
        forked(work, Recorder(seconds))
    data = CoverageData(str(reached))
    data.read()
    return Map(json.loads(seconds.read_text()), data, tree)


def holds(tests: Sequence[str]) -> bool:
    """Say whether tests pass on the copy as it is: else nothing that fails says anything."""
    files = sorted({name.partition("::")[0] for name in tests})
    return forked(["-x", *files], Chosen(tests)) == pytest.ExitCode.OK


def survives(change: Change, tests: Sequence[str], seconds: int) -> bool:
    """Say whether no test notices; one that runs away or crashes is noticed."""
    right = change.file.read_bytes()
    stat = change.file.stat()
    try:
        change.file.write_bytes(change.made())
        files = sorted({name.partition("::")[0] for name in tests})
        code = forked(["-x", *files], Chosen(tests), seconds)
    finally:
        change.file.write_bytes(right)
        os.utime(change.file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    return code in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
