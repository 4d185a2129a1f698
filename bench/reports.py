"""Reports of a thousand pages: parts in two processes against WeasyPrint in one go.

    python -m bench.reports [--pages 1000] [--parts-only] [--json FILE]

Each side runs in a process of its own and says what it and its children used. The throughput is of
pages by wall time where the machine is idle; the CPU of both stands beside it.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from multiprocessing import forkserver
from pathlib import Path

ROWS_A_PAGE, ROWS_A_PART = 38, 600
CSS = Path(__file__).resolve().parent.parent / "app/templates/documents/document.css"
HEAD = (
    "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Ranking</title><style>"
    "{css}</style></head>\n<body><section data-running='Call' data-kind='Report' "
    "data-reference='No. 1'><h2 id='contents'>Contents</h2><nav><ol><li><a href=\"#ranking\">All "
    'proposals</a></li><li><a href="#proof">Proof</a></li></ol></nav></section>'
)
WIDTHS = (8, 19, 11, 10, 9, 14.5, 14, 14.5)
COLUMNS = ("Rank", "Proposal", "Total", "Spread", "Reviews", "Asked", "Decision", "Awarded")
TABLE = (
    "<table class='dense'><caption>Ranking and decision</caption><colgroup>"
    + "".join(f"<col style='width: {width}%'>" for width in WIDTHS)
    + "</colgroup><thead><tr>"
    + "".join(
        f"<th scope='col'>{name}</th>"
        for name in [
            "Rank",
            "Proposal",
            "Total",
            "Spread",
            "Reviews",
            "Asked",
            "Decision",
            "Awarded",
        ]
    )
    + "</tr></thead><tbody>"
)
ROW = (
    "<tr><td class='n'>{n}</td><th scope='row'>GOCR-{n:05d}</th><td class='n'>2.{n:04d}</td>"
    "<td class='n soft'>0.5</td><td class='n soft'>3</td><td class='n'>1,234,500.00</td>"
    "<td class='decision'>Not funded</td><td class='n'>–</td></tr>"
)
CLOSED = "</tbody></table></section>"
AGAIN = "<section data-running='Call' data-kind='Report' data-reference='No. 1'>"


def page(rows: int, in_part: int) -> str:
    """Return a report of so many rows of the ranking; `in_part` 0 for one without cuts."""
    text = [HEAD.format(css=CSS.read_text(encoding="utf-8"))]
    text.append("<section class='chapter'><h2 id=\"ranking\">All proposals</h2>" + TABLE)
    for n in range(rows):
        if in_part and n and n % in_part == 0:
            text.append(CLOSED + "<!-- cut -->" + AGAIN + TABLE)
        text.append(ROW.format(n=n))
    text.append(CLOSED + ("<!-- cut -->" if in_part else ""))
    text.append(AGAIN + '<h2 id="proof">Proof</h2><p>The end.</p></section></body></html>')
    return "".join(text)


def draw(rows: int, in_part: int) -> None:
    """Draw one side in this process, and print what it took."""
    from app.core.pdf import render  # noqa: PLC0415 - it is what is measured

    html = page(rows, in_part)
    start = time.perf_counter()
    content = render(
        html,
        title="Ranking",
        author="Bench",
        subject="1",
        language="en",
        instant=datetime(2026, 1, 1, tzinfo=UTC),
        identifier=b"0123456789abcdef",
    )
    taken = time.perf_counter() - start
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # noqa: SLF001 - to be told its use
    own, below = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    import pikepdf  # noqa: PLC0415 - not part of what is measured

    with pikepdf.open(BytesIO(content)) as made:
        pages = len(made.pages)
    told = {
        "pages": pages,
        "wall": taken,
        "cpu": own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime,
        "peak_mb": max(own.ru_maxrss, below.ru_maxrss) / 1024,
        "megabytes": len(content) / 1e6,
    }
    print(json.dumps(told))


def _side(rows: int, in_part: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.reports", "--draw", str(rows), str(in_part)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _told(name: str, one: dict[str, float]) -> dict[str, float]:
    print(
        f"| {name} | {one['pages']:.0f} | {one['wall']:.1f} | {one['cpu']:.1f} "
        f"| {one['peak_mb']:.0f} | {one['megabytes']:.1f} |",
        flush=True,
    )
    return one


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--draw", type=int, nargs=2, metavar=("ROWS", "IN_PART"))
    parser.add_argument("--parts-only", action="store_true", help="how heavy is it, alone")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    if given.draw:
        draw(*given.draw)
        return 0
    rows = given.pages * ROWS_A_PAGE
    print("| side | pages | wall s | CPU s | peak MB of a process | file MB |")
    print("|---|---|---|---|---|---|")
    parts = _told("in parts, two processes", _side(rows, ROWS_A_PART))
    if given.parts_only:
        return 0
    whole = _told("in one go", _side(rows, 0))
    pace = parts["pages"] / parts["wall"] / (whole["pages"] / whole["wall"])
    work = whole["cpu"] / whole["pages"] / (parts["cpu"] / parts["pages"])
    print(f"pages per second: {pace:.2f} x; CPU a page: {1 / work:.2f} x")
    if given.json:
        told = {"parts": parts, "whole": whole, "pace": pace, "cpu": 1 / work}
        given.json.write_text(json.dumps(told) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
