"""What half of a call's grades alone do to expected ranks: made-up calls of the shape of MINT.

    python -m bench.scoring_halved [--calls 3] [--json FILE]

353 proposals in four sections, eight of nine voters each, grades 1 to 6. Expected ranks are
computed from all grades, and again from two sections as in `bench.scoring_expected`, by the same
program: what differs is the data alone.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.scoring_expected import away_from_whole
from scoring.calibration.additive import calibrate
from scoring.calibration.design import Design, make_design
from scoring.calibration.priors import Mode

SECTIONS, VOTERS, VOTES = (90, 89, 88, 86), 9, 8
SPREAD, SEVERITY, NOISE = 0.95, 0.05, 0.48  # about those of MINT, in points
AT_HAND = ("1", "2")


def halved(seed: int) -> dict[str, float]:
    random = np.random.default_rng(seed)
    section = np.repeat(["1", "2", "3", "4"], SECTIONS)
    quality = random.normal(3.7, SPREAD, len(section))
    severity = random.normal(0, SEVERITY, VOTERS)
    rows = [
        (f"S{section[i]}-{i:03d}", f"V{v}", str(section[i]), quality[i] + severity[v])
        for i in range(len(section))
        for v in random.permutation(VOTERS)[:VOTES]
    ]
    grades = np.clip(np.rint([row[3] for row in rows] + random.normal(0, NOISE, len(rows))), 1, 6)
    told = [(*row[:3], float(grade)) for row, grade in zip(rows, grades, strict=True)]
    whole = calibrate(_design(told), Mode.SNSF)
    ranks = dict(zip(whole.design.proposals, whole.expected_rank.tolist(), strict=True))
    half = _design([row for row in told if row[2] in AT_HAND])
    theirs = np.array([ranks[name] for name in half.proposals])
    rest = sorted(rank for name, rank in ranks.items() if name[1] not in AT_HAND)
    away = away_from_whole(half, theirs, np.array(rest))
    return {"seed": seed, "mean": round(float(away.mean()), 2), "most": round(float(away.max()), 2)}


def _design(rows: Sequence[tuple[str, str, str, float]]) -> Design:
    proposals, voters, panels, grades = zip(*rows, strict=True)
    return make_design(proposals, voters, grades, panels=panels, width=5, grid=1)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--calls", type=int, default=3)
    arguments = parser.parse_args(argv)
    rows = [halved(seed) for seed in range(1, arguments.calls + 1)]
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in row.items()))
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
