"""Tries changes: the tests that reach a line, the quickest first, until one fails.

All tests are collected once. For each change the process is forked, and in the fork the code of
the changed function takes the place of the right one, so that nothing has to be imported again.
What is done while modules are imported (constants, defaults) is tried in a fork that imports anew.
"""

import gc
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from tests.mutation.changes import Change

PLAIN = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--confcutdir=tests/scoring"]
PLAIN += ["--hypothesis-seed=0", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
OURS = {"tests", "scoring", "bench"}
PATIENCE = 10.0  # seconds of the processor beside five times what the test takes
MEMORY = 6 << 30
_CRASHED, _ANEW = 3, 42

Place = tuple[str, str, int]  # file, name and first line of a function


def forked(work: Sequence[str], plugin: object, seconds: float | None = None) -> int:
    """Run pytest in a fork of this interpreter that imports the program anew."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        if seconds is not None:
            _limit(seconds)
        forget()
        silence()
        code = int(pytest.main([*PLAIN, *work], plugins=[plugin]))
    except BaseException:  # noqa: BLE001  (a child that could not even begin)
        code = _CRASHED
    os._exit(code)


def forget() -> None:
    """Forget all modules of the program: those of the copy are meant."""
    for name in [one for one in sys.modules if one.partition(".")[0] in OURS]:
        del sys.modules[name]


def silence() -> None:
    """Send what is printed nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _limit(seconds: float) -> None:
    """Bound what a changed program takes; programs that it starts are bounded alike."""
    whole = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"


class Chosen:
    """Runs some tests of those collected, in their order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.place = {name: place for place, name in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        mine = [item for item in items if item.nodeid in self.place]
        items[:] = sorted(mine, key=lambda item: self.place[item.nodeid])


class Trials:
    """Collects all tests once; then tries changes, each in a fork, and tells how each ended."""

    def __init__(
        self,
        work: Sequence[tuple[Change, Sequence[str]]],
        seconds: Mapping[str, float],
        tell: Callable[[Change, int | None], None],
    ) -> None:
        self.work, self.seconds, self.tell = work, seconds, tell
        self.failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        live = _functions(Path("scoring").resolve())
        gc.freeze()
        for change, tests in self.work:
            with written(change):
                code = self._attempt(change, live, [items[name] for name in tests])
            self.tell(change, None if code == _ANEW else code)
        return True

    def _attempt(
        self, change: Change, live: Mapping[Place, list[FunctionType]], items: list[pytest.Item]
    ) -> int:
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        try:
            code = self._verdict(change, live, items)
        except BaseException:  # noqa: BLE001  (the changed program took the runner down)
            code = _CRASHED
        os._exit(code)

    def _verdict(
        self, change: Change, live: Mapping[Place, list[FunctionType]], items: list[pytest.Item]
    ) -> int:
        silence()
        if not _replaced(change, live):
            return _ANEW
        _limit(10 * PATIENCE + 5 * sum(self.seconds[item.nodeid] for item in items))
        for item, following in pairwise([*items, None]):
            assert item is not None
            signal.setitimer(signal.ITIMER_PROF, PATIENCE + 5 * self.seconds[item.nodeid])
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return int(pytest.ExitCode.TESTS_FAILED)
        return int(pytest.ExitCode.OK)


def _functions(folder: Path) -> dict[Place, list[FunctionType]]:
    """Return the functions of the program that are in memory, by where they are written."""
    found: dict[Place, list[FunctionType]] = {}
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(str(folder)):
            code = one.__code__
            place = (code.co_filename, code.co_qualname, code.co_firstlineno)
            found.setdefault(place, []).append(one)
    return found


def _replaced(change: Change, live: Mapping[Place, list[FunctionType]]) -> bool:
    """Put the changed code into the living function; say whether that could be done."""
    if change.function is None:
        return False
    file = str(change.file.resolve())
    place = (file, *change.function)
    for code in _codes(compile(change.file.read_bytes(), file, "exec")):
        if (code.co_qualname, code.co_firstlineno) == change.function and place in live:
            for function in live[place]:
                if len(function.__code__.co_freevars) != len(code.co_freevars):
                    return False
                function.__code__ = code
            return True
    return False


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


@contextmanager
def written(change: Change) -> Iterator[None]:
    """Change the file, for the programs that tests start, and put it right again."""
    right, stat = change.file.read_bytes(), change.file.stat()
    try:
        change.file.write_bytes(change.made())
        yield
    finally:
        change.file.write_bytes(right)
        os.utime(change.file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def holds(tests: Sequence[str]) -> bool:
    """Say whether tests pass on the copy as it is: else nothing that fails says anything."""
    files = sorted({name.partition("::")[0] for name in tests})
    return forked(["-x", *files], Chosen(tests)) == pytest.ExitCode.OK


def anew(change: Change, tests: Sequence[str], seconds: float) -> int:
    """Try a change in a fork that imports everything again, and return how it ended."""
    with written(change):
        files = sorted({name.partition("::")[0] for name in tests})
        return forked(["-x", *files], Chosen(tests), 3 * PATIENCE + 5 * seconds)
