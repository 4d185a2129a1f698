"""Read the bytes of a stream without trusting how large they say they will be."""

import zlib
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

FLATE = ("/FlateDecode", "/Fl")
PACKED = {
    *FLATE,
    *("/LZWDecode", "/LZW", "/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"),
    *("/RunLengthDecode", "/RL"),
}
PICTURES = {
    "/DCTDecode": "jpeg",
    "/DCT": "jpeg",
    "/JPXDecode": "jpeg2000",
    "/CCITTFaxDecode": "fax",
    "/CCF": "fax",
    "/JBIG2Decode": "jbig2",
}
MOST_FILTERS = 6
PIECE = 1 << 16


class TooMuch(Exception):  # noqa: N818 — read as a fact
    """A stream unpacks to more than any honest one."""


class Damaged(Exception):  # noqa: N818 — read as a fact
    """A stream cannot be read."""


def filters_of(stream: Stream) -> list[str]:
    """Return the names of the filters in the order in which they are undone."""
    found = stream.get(Name.Filter)
    if found is None:
        return []
    names = list(found) if isinstance(found, Array) else [found]
    if len(names) > MOST_FILTERS:
        raise TooMuch
    if not all(isinstance(name, Name) for name in names):
        raise Damaged
    return [str(name) for name in names if str(name) != "/Crypt"]


def parameters_of(stream: Stream, count: int) -> list[Dictionary | None]:
    """Return one dictionary or None for each of `count` filters."""
    found = stream.get(Name.DecodeParms)
    entries = list(found) if isinstance(found, Array) else [found]
    known = [entry if isinstance(entry, Dictionary) else None for entry in entries]
    return (known + [None] * count)[:count]


class Budget:
    """How many unpacked bytes a document may still claim."""

    def __init__(self, each: int, total: int) -> None:
        self.each = each
        self.left = total

    def weigh(self, stream: Stream, filters: list[str]) -> None:
        """Refuse a stream that unpacks beyond the budget; count it without keeping it."""
        packed = [name for name in filters if name in PACKED]
        if packed and all(name in FLATE for name in packed):
            self.spend(_inflated_size(stream.read_raw_bytes(), len(packed), self.each))
        elif packed and len(packed) == len(filters):
            self.spend(len(read(stream)))
        else:
            self.spend(len(stream.read_raw_bytes()))

    def spend(self, size: int) -> None:
        self.left -= size
        if size > self.each or self.left < 0:
            raise TooMuch


def read(stream: Stream) -> bytes:
    """Unpack a stream whole; qpdf's own limits (set in pdf.py) stop it from growing too far."""
    try:
        data = bytes(stream.read_bytes(pikepdf.StreamDecodeLevel.specialized))
    except MemoryError:
        raise
    except Exception as error:
        if "memory limit" in str(error):
            raise TooMuch from error
        raise Damaged from error
    return data


def unwrapped(pdf: pikepdf.Pdf, stream: Stream, filters: list[str]) -> bytes:
    """Undo every filter but the last, which is a picture's own."""
    raw = bytes(stream.read_raw_bytes())
    if len(filters) == 1:
        return raw
    outer = Stream(pdf, raw)
    outer.Filter = Array([Name(name) for name in filters[:-1]])
    parameters = parameters_of(stream, len(filters))[:-1]
    if any(parameters):
        outer.DecodeParms = Array([entry or Dictionary() for entry in parameters])
    return read(outer)


def _inflated_size(data: bytes, layers: int, limit: int) -> int:
    pieces: Iterator[bytes] = iter([data])
    for _layer in range(layers):
        pieces = _inflate(pieces)
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise TooMuch
    return size


def _inflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not unpacker.eof:
            try:
                out = unpacker.decompress(rest, PIECE)
            except zlib.error:
                return  # damaged: a reader shows what came before
            if out:
                yield out
            rest = unpacker.unconsumed_tail
