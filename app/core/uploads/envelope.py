"""Look at the outside of an uploaded file: is it a PDF from its first byte to its last, only that?

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
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?php|img|object)\b", re.I
)
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
    if WEB_PAGE.search(data[:HEAD]) or WEB_PAGE.search(_after_end(data)):
        return "HTML"
    if _is_archive(data):
        return "ZIP"
    if data[257:262] == b"ustar":
        return "TAR"
    if data[128:132] == b"DICM":
        return "DICOM"
    if data[32769:32774] == b"CD001":
        return "ISO"
    if re.search(
        rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|MZ.{50,80}This program", _after_end(data), re.S
    ):
        return "RAR"
    return None


def _after_end(data: bytes) -> bytes:
    end = data.rfind(b"%%EOF")
    return data[end + 5 :] if end >= 0 else b""


def _is_archive(data: bytes) -> bool:
    """Tell whether a ZIP reader would accept it: an end record whose comment ends the file."""
    start = max(0, len(data) - ZIP_END_REACH)
    at = data.find(ZIP_END, start)
    while at >= 0:
        comment = int.from_bytes(data[at + 20 : at + 22], "little")
        entries = int.from_bytes(data[at + 10 : at + 12], "little")
        directory = int.from_bytes(data[at + 12 : at + 16], "little")
        if at + 22 <= len(data) and entries and directory <= at and comment <= len(data) - at - 22:
            if comment == len(data) - at - 22 or _after_end(data).find(ZIP_END) >= 0:
                return True
        at = data.find(ZIP_END, at + 1)
    return False
