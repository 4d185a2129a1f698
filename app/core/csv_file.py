"""Comma-separated answers of any length: written aside in pieces, then sent in pieces."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_IN_MEMORY = 256 * 1024  # bytes; the rest goes to a temporary file
_PIECE = 64 * 1024


def inert(text: str) -> str:
    """Return typed text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_response(
    name: str, head: Sequence[str], batches: Iterable[Iterable[Sequence[object]]]
) -> Response:
    """Answer with a table, in UTF-8 with a byte-order mark, as spreadsheets expect it.

    The rows come some hundred at a time. They are read to the end before the first byte is sent,
    so that a slow reader keeps no transaction open; they never lie in memory all at once.
    """
    aside: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the answer closes it
    aside.write(b"\xef\xbb\xbf")
    for piece in _pieces(head, batches):
        aside.write(piece)
    size = aside.tell()
    aside.seek(0)
    answer = Response(_read(aside), mimetype="text/csv")
    answer.call_on_close(aside.close)
    answer.content_length = size
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _pieces(head: Sequence[str], batches: Iterable[Iterable[Sequence[object]]]) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    for batch in batches:
        writer.writerows(batch)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
