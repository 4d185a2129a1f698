"""Take what names people, places and machines out of pictures and colour profiles, losslessly."""

import re

# JPEG (ITU-T T.81): a marker that is neither stuffing nor a restart ends the coded data.
END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
START_OF_SCAN, END_OF_IMAGE, COMMENT = 0xDA, 0xD9, 0xFE
APPLICATIONS = range(0xE0, 0xF0)
KEPT_APPLICATIONS = {0xE0, 0xEE}  # JFIF density, Adobe's colour transform
FRAME_HEADERS = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# JPEG 2000 (ITU-T T.800): boxes needed to decode, and its comment marker.
JP2_BOXES = {b"jP  ", b"ftyp", b"rreq", b"jpch", b"jplh", b"jp2h", b"jp2c"}
JP2_SIGNATURE = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
J2K_START, J2K_TILE, J2K_COMMENT = b"\xff\x4f", 0xFF90, 0xFF64
# ICC.1: the header and the count of tags come first; tag types whose bytes are words for people.
PROFILE_HEAD = 132
WORDY_TYPES = {b"desc", b"mluc", b"text", b"dict", b"ascn", b"utf8", b"ut16", b"pseq", b"psid"}


class UnreadablePicture(ValueError):  # noqa: N818 — read as a fact
    """The bytes are not the picture they claim to be."""


def clean_jpeg(data: bytes) -> bytes:
    """Keep frames, tables and scans; drop Exif, XMP, IPTC, comments and whatever follows the end.

    The coded picture is copied byte for byte, so the pixels are the same.
    """
    if data[:2] != b"\xff\xd8":
        raise UnreadablePicture("not a JPEG")
    kept, at = [b"\xff\xd8"], 2
    while True:
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if len(data) < at + 2 or data[at : at + 1] != b"\xff":
            raise UnreadablePicture("broken marker")
        marker = data[at + 1]
        if marker == END_OF_IMAGE:
            return b"".join([*kept, b"\xff\xd9"])
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end < at + 4 or end > len(data):
            raise UnreadablePicture("broken segment")
        if marker == START_OF_SCAN:
            found = END_OF_SCAN.search(data, end)
            if found is None:  # cut short: readers show what there is
                return b"".join([*kept, data[at:], b"\xff\xd9"])
            end = found.start()
        if not _is_remark(marker):
            kept.append(data[at:end])
        at = end


def _is_remark(marker: int) -> bool:
    return marker == COMMENT or (marker in APPLICATIONS and marker not in KEPT_APPLICATIONS)


def jpeg_pixels(data: bytes) -> int:
    """Return width times height as the JPEG itself declares them, 0 if it does not."""
    at = 2
    while len(data) >= at + 9 and data[at : at + 1] == b"\xff":
        if data[at + 1] in FRAME_HEADERS:
            height = int.from_bytes(data[at + 5 : at + 7], "big")
            return height * int.from_bytes(data[at + 7 : at + 9], "big")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0


def clean_jpeg2000(data: bytes) -> bytes:
    """Keep the boxes that decoding needs; drop XML, UUID (Exif, XMP) and the coder's comments."""
    if data.startswith(J2K_START):
        return _clean_codestream(data)
    if not data.startswith(JP2_SIGNATURE):
        raise UnreadablePicture("not a JPEG 2000")
    kept, at = [], 0
    while at < len(data):
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        name = data[at + 4 : at + 8]
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        end = len(data) if size == 0 else at + size
        if end < at + head or end > len(data):
            raise UnreadablePicture("broken box")
        if name == b"jp2c":
            body = _clean_codestream(data[at + head : end])
            kept.append((len(body) + 8).to_bytes(4, "big") + name + body)
        elif name in JP2_BOXES:
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def _clean_codestream(data: bytes) -> bytes:
    if not data.startswith(J2K_START):
        raise UnreadablePicture("not a codestream")
    kept, at = [data[:2]], 2
    while len(data) >= at + 4:
        marker = int.from_bytes(data[at : at + 2], "big")
        if marker == J2K_TILE:
            return b"".join([*kept, data[at:]])
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end < at + 4:
            break
        if marker != J2K_COMMENT:
            kept.append(data[at:end])
        at = end
    raise UnreadablePicture("no tiles")


def clean_profile(data: bytes) -> bytes:
    """Blank the words of an ICC profile ("Jane's display"), its date and maker; keep its numbers.

    Sizes and offsets stay, so every colour comes out as before.
    """
    if len(data) < PROFILE_HEAD or data[36:40] != b"acsp":
        return data
    blank = bytearray(data)
    blank[24:36] = (2000).to_bytes(2, "big") + b"\x00\x01\x00\x01" + bytes(6)
    blank[84:100] = bytes(16)
    for at in range(PROFILE_HEAD, min(len(data), PROFILE_HEAD + 12 * _count(data, 128)), 12):
        start, size = _count(data, at + 4), _count(data, at + 8)
        kind = data[start : start + 4]
        if kind in WORDY_TYPES and start >= PROFILE_HEAD:
            _blank_words(blank, kind, start, min(start + size, len(data)))
    return bytes(blank)


def _count(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def _blank_words(blank: bytearray, kind: bytes, start: int, end: int) -> None:
    body = start + 8
    if kind == b"desc":
        body = start + 12  # its ASCII count stays true
    elif kind == b"mluc":
        body = start + 16 + 12 * min(_count(bytes(blank), start + 8), (end - start) // 12)
    if body < end:
        blank[body:end] = bytes(end - body)


def clean_typeface(data: bytes) -> bytes:
    """Blank the naming table of a TrueType or OpenType file; its glyphs and metrics stay."""
    if data[:4] not in (b"\x00\x01\x00\x00", b"OTTO", b"true"):
        return data
    blank = bytearray(data)
    for at in range(12, min(len(data), 12 + 16 * int.from_bytes(data[4:6], "big")), 16):
        if data[at : at + 4] == b"name":
            start, size = _count(data, at + 8), _count(data, at + 12)
            words = start + int.from_bytes(data[start + 4 : start + 6], "big")
            end = min(start + size, len(data))
            if start + 6 <= words < end:
                blank[words:end] = bytes(end - words)
    return bytes(blank)
