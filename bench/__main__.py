"""`python -m bench [NAME …]`: run the benchmarks, print their tables, keep their JSON.

Each benchmark runs in a process of its own, so that none warms or burdens another. The JSON goes
to bench/results/NAME.json (or the folder of --results).
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.registry import ROOT, found


def main(argv: Sequence[str] | None = None) -> int:
    benches = found()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(benches))
    parser.add_argument("--results", type=Path, default=ROOT / "results")
    arguments = parser.parse_args(argv)
    unknown = [name for name in arguments.names if name not in benches]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(benches)}")
    arguments.results.mkdir(parents=True, exist_ok=True)
    failed = []
    for name in arguments.names or benches:
        print(f"\n=== {name}: {benches[name]}", flush=True)
        target = arguments.results / f"{name}.json"
        command = [sys.executable, "-m", f"bench.{name}", "--json", str(target)]
        if subprocess.run(command, cwd=ROOT.parent, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nDid not run to the end: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
