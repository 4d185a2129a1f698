"""Comma-separated answers of any length: written aside in pieces, then sent in pieces."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
ENDING = "\r\n"
_NEEDS_QUOTES = re.compile('[,"\r\n]').search
_IN_MEMORY = 1024 * 1024  # bytes; the rest goes to a temporary file
_PIECE = 64 * 1024


def inert(text: str) -> str:
    """Return typed text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def quoted(text: str) -> str:
    """Return a text as it stands in a line, as the standard library's writer puts it there."""
    return '"{}"'.format(text.replace('"', '""')) if _NEEDS_QUOTES(text) else text


def line(*cells: str) -> str:
    """Return one line of cells that are quoted already."""
    return ",".join(cells) + ENDING


def csv_response(
    name: str, head: Sequence[str], batches: Iterable[Iterable[Sequence[object]]]
) -> Response:
    """Answer with a table of rows that come some hundred at a time."""
    return lines_response(name, head, map(_written, batches))


def lines_response(name: str, head: Sequence[str], pieces: Iterable[str]) -> Response:
    """Answer with a table, in UTF-8 with a byte-order mark, as spreadsheets expect it.

    Its lines come written, some hundred in each piece. They are read to the end before the first
    byte is sent, so that a slow reader keeps no transaction open; they never lie in memory all at
    once.
    """
    aside: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the answer closes it
    aside.write(b"\xef\xbb\xbf")
    aside.write(line(*map(quoted, head)).encode())
    for piece in pieces:
        aside.write(piece.encode())
    size = aside.tell()
    aside.seek(0)
    answer = Response(_read(aside), mimetype="text/csv")
    answer.call_on_close(aside.close)
    answer.content_length = size
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _written(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
