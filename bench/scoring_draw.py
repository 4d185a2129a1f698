"""The draw: the canonical lottery on calls of growing size, and its verification, in one run.

    python -m bench.scoring_draw [--json FILE] [--sizes 353 4035 11520]

Value guaranteed by the canonical lottery beside the SNSF's rule and a plain top k; seconds of one
processor, and times as multiples of the smallest call.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from scoring.draw import Interval, guaranteed, interval, merit_lottery, uniform_lottery


def synthetic(n: int, seed: int) -> list[Interval]:
    random = np.random.default_rng(seed)
    centre, half = random.normal(size=n), random.gamma(2, 0.2, size=n)
    ends = zip(centre - half, centre + half, strict=True)
    return [interval(f"p{row:05}", low, high) for row, (low, high) in enumerate(ends)]


def measure(n: int, k: int) -> dict[str, float]:
    intervals = synthetic(n, 1)
    start = time.process_time()
    best = merit_lottery(intervals, k)
    seconds = time.process_time() - start
    uniform = np.array([float(p) for p in uniform_lottery(intervals, k)])
    points = np.array([float(one.best_guess) for one in intervals])
    top = (points >= np.sort(points)[-k]).astype(float)
    return {
        "size": n,
        "canonical": round(best.value / k, 4),
        "best possible": round(best.best / k, 4),
        "SNSF rule": round(guaranteed(intervals, k, uniform) / k, 4),
        "top k": round(guaranteed(intervals, k, top) / k, 4),
        "seconds": seconds,
    }


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[353, 4_035, 11_520])
    arguments = parser.parse_args(argv)
    rows = [measure(n, n * 3 // 10) for n in arguments.sizes]
    first = rows[0]["seconds"]
    for row in rows:
        row["time / first"] = round(row["seconds"] / first, 1)
        row["seconds"] = round(row["seconds"], 2)
        print("  ".join(f"{name} {value}" for name, value in row.items()))
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
