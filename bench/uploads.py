"""Uploads: what the real files do, and how many of the planted names are found in real texts.

Reads `upload_files` and `blinding_texts` of the real data (EQUIPOISE_REAL_DATA); without them it
says so and measures nothing.
"""

import argparse
import csv
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app import create_app
from app.core.uploads import UploadRefused, scrub_pdf
from app.core.uploads.names import Kind, Needle, find_own_names
from config import Config
from tests.trust.pdf_tokens import find_tokens, hidden_tokens

ROOT = Path(__file__).resolve().parents[1]
Row = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.uploads", description=__doc__)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args(argv)
    folder = Path(os.environ.get("EQUIPOISE_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "upload_files").exists():
        print(f"There is no real data in {folder}; set EQUIPOISE_REAL_DATA.")
        return 0
    with create_app(Config(secret_key="a key for the bench, long enough")).app_context():
        files = [_file(folder / "upload_files", row) for row in _manifest(folder)]
    texts = [
        names_found(one) for one in json.loads((folder / "blinding_texts/texts.json").read_text())
    ]
    for row in files:
        print(f"{row['file']:40} {row['verdict']:24} {row['cpu_ms']:6} ms CPU  {row['told']}")
    spans = sum(row["spans"] for row in texts)
    found = sum(row["found"] for row in texts)
    print(f"Names in {len(texts)} texts: {found} of {spans} found (recall {found / spans:.3f}).")
    for row in texts:
        if row["missed"]:
            print(f"  missed in {row['id']}: {', '.join(row['missed'])}")
    left = sum(row["hidden_left"] for row in files)
    print(f"Planted identities outside the words of the page, left in a copy: {left}.")
    if arguments.json:
        arguments.json.write_text(json.dumps({"files": files, "texts": texts}, indent=1))
    return 0


def _manifest(folder: Path) -> list[dict[str, str]]:
    with (folder / "upload_files" / "manifest.csv").open(newline="", encoding="utf-8") as table:
        return list(csv.DictReader(table))


def _file(folder: Path, row: dict[str, str]) -> Row:
    """Try one file: refused with which reason, or redrawn without which of its identities."""
    data = (folder / row["file"]).read_bytes()
    tokens = [one.strip() for one in row["planted_identities"].split(";") if one.strip()]
    begun = sum(os.times()[:4])
    try:
        scrubbed = scrub_pdf(data)
    except UploadRefused as refused:
        verdict, told, left = f"refused: {refused.code}", refused.reason[:60], 0
    else:
        verdict = f"redrawn, {scrubbed.pages} pages"
        needles = [Needle(Kind.NAME, token) for token in tokens]
        seen = {hit.value for hit in find_own_names(scrubbed.text, needles)}
        left = len(hidden_tokens(scrubbed.pdf, tokens)) if tokens else 0
        before = len({one.token for one in find_tokens(data, tokens)}) if tokens else 0
        told = f"{before} of {len(tokens)} planted before, {left} hidden left, {len(seen)} shown"
    spent = round((sum(os.times()[:4]) - begun) * 1000)
    return {
        "file": row["file"],
        "verdict": verdict,
        "told": told,
        "hidden_left": left,
        "cpu_ms": spent,
    }


def names_found(one: Row) -> Row:
    """Look for the people of a text by their whole names, as members of the application."""
    spans = one["person_spans"]
    needles = [Needle(Kind.NAME, name) for name in dict.fromkeys(s["text"] for s in spans)]
    whole = [needle for needle in needles if " " in needle.value]
    missed = [
        span["text"]
        for span in spans
        if not find_own_names([_around(one["text"], span)], whole or needles)
    ]
    return {
        "id": one["id"],
        "spans": len(spans),
        "found": len(spans) - len(missed),
        "missed": missed,
    }


def _around(text: str, span: Row) -> str:
    """Return a span with the letter on each side, so that words end where they do in the text."""
    return text[max(0, span["start"] - 1) : span["end"] + 1]


if __name__ == "__main__":
    sys.exit(main())
