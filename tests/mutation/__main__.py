"""Change `scoring/` in hundreds of small ways and count how many of them the tests notice.

    .venv/bin/python -m tests.mutation [--sample N] [--seed SEED] [--parts PART …] [--again]

A sample of all changes, drawn evenly by the seed, is tried on a copy under var/mutation, one after
the other, each by the tests that reach its line. docs/scoring/mutation.md has the figures.
"""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", EQUIPOISE_REAL_DATA="/none")

import argparse
import random
import sys
import warnings
from collections import Counter
from collections.abc import Sequence
from math import sqrt
from pathlib import Path

import hypothesis  # noqa: F401  (loaded once, for all forks)
import jsonschema  # noqa: F401
import scipy.optimize
import scipy.sparse
import scipy.special
import scipy.stats  # noqa: F401

from tests.mutation.changes import Change, changes_of
from tests.mutation.trial import ROOT, copied, holds, mapped, survives

MOST = 20.0  # seconds of tests for one change
PATIENCE = 90  # seconds of the processor after which a change is taken for an endless loop
Z = 1.959964  # of 95 %
OF_SCORING = {"verify.py"}  # run as a program of its own: a change in it is not seen from here


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


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", nargs="*", help="folders of scoring/, or “others”")
    parser.add_argument("--folder", type=Path, default=ROOT / "var/mutation")
    parser.add_argument("--again", action="store_true", help="take the copy and map that are there")
    asked = parser.parse_args(argv)
    tree = asked.folder / "tree" if asked.again else copied(asked.folder)
    os.chdir(tree)
    sys.path.insert(0, str(tree))
    warnings.simplefilter("ignore", SyntaxWarning)
    lines = mapped(tree, asked.folder, anew=not asked.again)
    every = [
        change for file in sorted(Path("scoring").rglob("*.py")) for change in changes_of(file)
    ]
    every = [one for one in every if not asked.parts or part_of(one) in asked.parts]
    every = [one for one in every if one.file.name not in OF_SCORING]
    sample = random.Random(asked.seed).sample(every, min(asked.sample, len(every)))
    if not holds(sorted(lines.seconds)[:50]):
        parser.error("the tests do not pass on the copy as it is")
    tried, alive = Counter(map(part_of, sample)), Counter[str]()
    for number, change in enumerate(sample, 1):
        tests = lines.tests_of(change, MOST)
        if not tests or survives(change, tests, PATIENCE):
            alive[part_of(change)] += 1
            print(f"{number}: {change}  [{len(tests)} tests]", flush=True)  # noqa: T201
    for part in sorted(tried):
        print(f"{part:12} {tried[part]:4} tried {tried[part] - alive[part]:4} noticed")  # noqa: T201
    noticed = len(sample) - alive.total()
    low, high = interval(noticed, len(sample))
    print(  # noqa: T201
        f"{noticed} of {len(sample)} noticed: {100 * noticed / len(sample):.1f} % "
        f"(95 % interval {100 * low:.1f} to {100 * high:.1f} %), of {len(every)} changes"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
