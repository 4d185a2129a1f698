"""Finds the bundle inside a PDF report with nothing but the standard library."""

import re
import zlib
from collections.abc import Iterator

from scoring.errors import InputError

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_MARK = b'"format"'
_LARGEST = 200_000_000  # bytes that one stream may unpack to


def bundle_in_pdf(content: bytes, format_name: str) -> bytes:
    """Return the bytes of the attached bundle.

    Attachments are streams of their own, never inside object streams, so every stream is unpacked
    (Flate or plain) and the one that is JSON of our format is taken.
    """
    for stream in _streams(content):
        if stream.lstrip()[:1] == b"{" and _MARK in stream and format_name.encode() in stream:
            return stream
    if b"/Encrypt" in content:
        raise InputError("The PDF is encrypted; save it without a password and try again.")
    raise InputError("The PDF carries no bundle; ask for the bundle as a JSON file.")


def _streams(content: bytes) -> Iterator[bytes]:
    for found in _STREAM.finditer(content):
        yield found[1]
        try:
            yield zlib.decompressobj().decompress(found[1], _LARGEST)
        except zlib.error:
            continue
