"""Look at the outside of an uploaded file: a PDF from its first byte to its last, and only that.

The rule: a PDF begins with `%PDF-` and ends with `%%EOF`, no web page follows its head, and no
archive or other format can be read out of the same bytes. Pure; reads no more than it must.
"""

import re
from dataclasses import dataclass

HEAD = 1024
TAIL_ALLOWED = 1024
BLANK = b" \t\r\n\f\x00\xef\xbb\xbf"
LEADING_ALLOWED = 16
ZIP_END = b"PK\x05\x06"
ZIP_END_REACH = 65_557
WEB_PAGE = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?php|img|object)\b", re.IGNORECASE
)
ARCHIVE_BEHIND = re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c")
FIXED_PLACES = (("TAR", 257, b"ustar"), ("DICOM", 128, b"DICM"), ("ISO", 32769, b"CD001"))
OTHER_FORMATS = (
    (b"PK\x03\x04", "office"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "office"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"%!PS", "postscript"),
)


@dataclass(frozen=True)
class Fault:
    """Why the file is refused: a code of refusals.py and the values its sentence shows."""

    code: str
    values: dict[str, object]


def fault_of(data: bytes, max_bytes: int) -> Fault | None:
    """Return what is wrong with the envelope, or None."""
    if not data:
        return Fault("empty", {})
    if len(data) > max_bytes:
        return Fault("too_large", {"size": len(data), "limit": max_bytes})
    if not data[: LEADING_ALLOWED + 5].lstrip(BLANK).startswith(b"%PDF-"):
        return Fault(_nearest_format(data), {})
    if other := _second_format(data):
        return Fault("polyglot", {"other": other})
    tail = data[data.rfind(b"%%EOF") :]
    if not tail.startswith(b"%%EOF") or len(tail[5:].strip(BLANK)) > TAIL_ALLOWED:
        return Fault("cut_off", {})
    return None


def _nearest_format(data: bytes) -> str:
    for magic, code in OTHER_FORMATS:
        if data.startswith(magic):
            return f"not_pdf_{code}"
    return "not_pdf"


def _second_format(data: bytes) -> str | None:
    behind = _after_end(data)
    signs = {
        "HTML": WEB_PAGE.search(data[:HEAD]) or WEB_PAGE.search(behind),
        "ZIP": _is_archive(data),
        "RAR": ARCHIVE_BEHIND.search(behind),
        **{name: data.startswith(magic, at) for name, at, magic in FIXED_PLACES},
    }
    return next((name for name, found in signs.items() if found), None)


def _after_end(data: bytes) -> bytes:
    end = data.rfind(b"%%EOF")
    return data[end + 5 :] if end >= 0 else b""


def _is_archive(data: bytes) -> bool:
    """Tell whether a ZIP reader would accept it: an end record whose comment ends the file."""
    start = max(0, len(data) - ZIP_END_REACH)
    end = data.rfind(b"%%EOF")
    at = data.find(ZIP_END, start)
    while at >= 0:
        comment = int.from_bytes(data[at + 20 : at + 22], "little")
        entries = int.from_bytes(data[at + 10 : at + 12], "little")
        directory = int.from_bytes(data[at + 12 : at + 16], "little")
        spare = len(data) - at - 22 - comment
        if spare >= 0 and entries and directory <= at and (spare == 0 or at > end):
            return True
        at = data.find(ZIP_END, at + 1)
    return False
