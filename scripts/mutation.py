#!/usr/bin/env python3
"""Change `scoring/` in thousands of small ways and count how many the tests notice.

    .venv/bin/python scripts/mutation.py [PART …] [--list] [--folder FOLDER] [--json FILE]

Needs mutmut, which is no dependency of Equipoise: `.venv/bin/python -m pip install mutmut==3.8.1`.
Works on a copy, one process, one part after the other; a part that was interrupted goes on where it
stopped. Each part is tried by its own fast tests, without the real data. docs/scoring/mutation.md
has the figures and says why a survivor may live.
"""

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Part:
    """Some files of scoring/, the test files that are about them, and tests too slow to repeat."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    without: str = ""
    leave_out: tuple[str, ...] = ()


_SLOW = "small_panel or another_scale or other_names or neither_order or order_of_reviews"
PARTS = {
    "weighting": Part(
        ("weighting", "ties", "publishing", "totals", "errors"),
        ("weighting", "ties", "sentences", "exactly"),
    ),
    "tables": Part(("tables", "fields"), ("tables", "sentences", "exactly")),
    # the verifier stands alone: a copy that is changed from outside could not run
    "draw": Part(("draw/*",), ("draw", "sentences", "exactly"), "verifies_alone", ("draw/verify",)),
    "rank_order": Part(
        ("allocation/rank", "allocation/money", "allocation/sequence", "allocation/sources"),
        ("allocation_rank", "sentences", "exactly"),
    ),
    "programme": Part(
        tuple(
            f"allocation/{name}"
            for name in ("programme", "optimum", "solver", "search", "nearby", "entry")
        ),
        ("allocation_programme", "exactly"),
        "353 or slow",
    ),
    "assignment": Part(("assignment/*",), ("assignment", "exactly"), "milp or aamas or midl"),
    "calibration": Part(
        tuple(
            f"calibration/{name}"
            for name in ("design", "likelihood", "priors", "comparison", "connection", "line")
        ),
        ("likelihood", "calibration", "sparse_core", "exactly"),
        _SLOW,
    ),
    "stability": Part(("stability/*",), ("stability",)),
    "charts": Part(("charts", "pictures"), ("charts",)),
    "replay": Part(("replay/*",), ("commands_of_selection", "sentences"), "departures"),
}

_STATES = {
    0: "survived",
    1: "killed",
    3: "killed",
    5: "untested",
    33: "untested",
    None: "not tried",
}


def prepare(part: Part, folder: Path) -> None:
    """Copy what the part needs into `folder`; results of an earlier run of it stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("scoring", "tests"):
        shutil.rmtree(folder / name, ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "scoring", folder / "scoring", ignore=ignore)
    shutil.copytree(ROOT / "tests/scoring", folder / "tests/scoring", ignore=ignore)
    shutil.copy(ROOT / "tests/realdata.py", folder / "tests")
    (folder / "tests/__init__.py").touch()
    tests = [f"tests/scoring/test_{name}.py" for name in part.tests]
    there = [name for name in tests if (folder / name).exists()]
    arguments = ["-q", "-x", "-p", "no:xdist", "-p", "no:cacheprovider"]
    arguments += ["-k", f"not ({part.without})"] if part.without else []
    settings = {
        "source_paths": ["scoring"],
        "only_mutate": [f"scoring/{name}.py" for name in part.files],
        "do_not_mutate": [f"scoring/{name}.py" for name in part.leave_out],
        "pytest_add_cli_args": arguments,
        "pytest_add_cli_args_test_selection": there,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    lines += ["use_git_change_detection = false", "track_dependencies = false"]
    (folder / "pyproject.toml").write_text("\n".join(["[tool.mutmut]", *lines, ""]))


def outcomes(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each mutant with what became of it."""
    for file in sorted((folder / "mutants").rglob("*.meta")):
        codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
        for name, code in codes.items():
            yield name, _STATES.get(code, "killed")  # the rest ran too long or crashed


def try_part(name: str, folder: Path) -> dict[str, object]:
    prepare(PARTS[name], folder)
    environment = {**os.environ, "EQUIPOISE_REAL_DATA": str(folder / "none")}
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", "1"]
    subprocess.run(command, cwd=folder, env=environment, check=False, stdout=sys.stderr)  # noqa: S603
    return report(name, folder)


def report(name: str, folder: Path) -> dict[str, object]:
    counts = Counter(state for _, state in outcomes(folder))
    tried = sum(counts.values()) - counts["not tried"]
    score = 100 * counts["killed"] / tried if tried else 0.0
    print(f"{name:12} {score:6.1f} %  {dict(counts)}", flush=True)  # noqa: T201
    alive = [mutant for mutant, state in outcomes(folder) if state in ("survived", "untested")]
    return {"part": name, "score": round(score, 1), **counts, "alive": alive}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--folder", type=Path, default=ROOT / "var/mutation")
    parser.add_argument("--list", action="store_true", help="count what an earlier run found")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args(argv)
    unknown = [name for name in arguments.parts if name not in PARTS]
    if unknown:
        parser.error(f"no part is called {unknown[0]!r}; there are {', '.join(PARTS)}")
    if not arguments.list and importlib.util.find_spec("mutmut") is None:
        parser.error("mutmut is missing: .venv/bin/python -m pip install mutmut==3.8.1")
    step = report if arguments.list else try_part
    rows = [step(name, arguments.folder / name) for name in arguments.parts or PARTS]
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
