"""Change `scoring/` in hundreds of small ways and count how many of them the tests notice.

    .venv/bin/python -m tests.mutation [--sample N] [--seed SEED] [--parts PART …] [--again]
        [--most SECONDS]

A sample of all changes, drawn evenly by the seed, is tried on a copy under var/mutation, one after
the other, each by the tests that reach its line. docs/scoring/mutation.md has the figures.
"""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")

import argparse
import random
import sys
import warnings
from collections import Counter
from collections.abc import Sequence
from math import sqrt
from pathlib import Path

import hypothesis
import jsonschema  # noqa: F401  (loaded once, for all forks)
import pytest
import scipy.optimize
import scipy.sparse
import scipy.special
import scipy.stats  # noqa: F401

from tests.mutation.changes import Change, changes_of
from tests.mutation.reach import ROOT, Map, copied, mapped
from tests.mutation.trial import PLAIN, Trials, anew, forget, holds, silence
from tests.realdata import REAL_DATA

Z = 1.959964  # of 95 %
OF_SCORING = {"verify.py"}  # run as a program of its own: a change in it is not seen from here
TOLD = os.dup(1)  # pytest itself is silent
UNSEEN = {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}


def part_of(change: Change) -> str:
    """Return the folder of `scoring/`, or the name of the file that lies in it."""
    inner = change.file.parts[1:]
    return inner[0] if len(inner) > 1 else "others"


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    share, wide = hits / of, Z * Z / of
    middle = (share + wide / 2) / (1 + wide)
    half = Z * sqrt(share * (1 - share) / of + wide / (4 * of)) / (1 + wide)
    return middle - half, middle + half


class Count:
    """How the trials ended; each change that nothing noticed is printed as soon as it is known."""

    def __init__(self) -> None:
        self.tried, self.alive = Counter[str](), Counter[str]()
        self.later: list[Change] = []
        self.ran_on = 0

    def tell(self, change: Change, code: int | None) -> None:
        if code is None:
            self.later.append(change)
            return
        self.tried[part_of(change)] += 1
        self.ran_on += code < 0
        if code in UNSEEN:
            self.alive[part_of(change)] += 1
            _say(f"{self.tried.total()}: {change}")

    def close(self, of: int) -> None:
        for part in sorted(self.tried):
            tried, alive = self.tried[part], self.alive[part]
            _say(f"{part:12} {tried:4} tried {tried - alive:4} noticed")
        tried = self.tried.total()
        noticed = tried - self.alive.total()
        low, high = interval(noticed, tried)
        _say(
            f"{noticed} of {tried} noticed ({self.ran_on} because they ran on): "
            f"{100 * noticed / tried:.1f} % "
            f"(95 % interval {100 * low:.1f} to {100 * high:.1f} %), of {of} changes"
        )


def _say(text: str) -> None:
    os.write(TOLD, f"{text}\n".encode())


def drawn(sample: int, seed: int, parts: Sequence[str] | None) -> tuple[list[Change], int]:
    """Return the changes to be tried and how many there are to draw from."""
    files = sorted(Path("scoring").rglob("*.py"))
    every = [change for file in files if file.name not in OF_SCORING for change in changes_of(file)]
    every = [one for one in every if not parts or part_of(one) in parts]
    return random.Random(seed).sample(every, min(sample, len(every))), len(every)


def tried(sample: Sequence[Change], lines: Map, most: float) -> Count:
    """Try all changes: those inside functions first, then those that need everything anew."""
    count = Count()
    reach = {one: lines.tests_of(one, most) for one in sample}
    inside: list[tuple[Change, Sequence[str]]] = []
    for one in sample:
        if not reach[one]:
            count.tell(one, int(pytest.ExitCode.OK))
        elif lines.at_import(one):
            count.later.append(one)
        else:
            inside.append((one, reach[one]))
    forget()
    silence()
    trials = Trials(inside, lines.seconds, count.tell)
    pytest.main([*PLAIN, "-s", "tests/scoring"], plugins=[trials])
    for one in count.later:
        spent = sum(lines.seconds[name] for name in reach[one])
        count.tell(one, anew(one, reach[one], spent))
    return count


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", nargs="*", help="folders of scoring/, or “others”")
    parser.add_argument("--most", type=float, default=20, help="seconds of tests for one change")
    parser.add_argument("--folder", type=Path, default=ROOT / "var/mutation")
    parser.add_argument("--again", action="store_true", help="take the copy and map that are there")
    asked = parser.parse_args(argv)
    folder = asked.folder.resolve()
    os.environ["EQUIPOISE_REAL_DATA"] = str(REAL_DATA)
    tree = folder / "tree" if asked.again else copied(folder)
    os.chdir(tree)
    sys.path.insert(0, str(tree))
    warnings.simplefilter("ignore", SyntaxWarning)
    hypothesis.settings.register_profile("trial", database=None)
    hypothesis.settings.load_profile("trial")
    lines = mapped(tree, folder, anew=not asked.again)
    sample, every = drawn(asked.sample, asked.seed, asked.parts)
    if not holds(sorted(lines.seconds)[:50]):
        parser.error("the tests do not pass on the copy as it is")
    tried(sample, lines, asked.most).close(every)
    return 0


if __name__ == "__main__":
    sys.exit(main())
