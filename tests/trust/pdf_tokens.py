"""Find tokens anywhere in a PDF, as a determined reader would: in every object, stream and version.

A search in the raw bytes of a PDF finds next to nothing, because nearly all of it is packed. This
scanner unpacks every stream, follows every object of every earlier version, reads attachments,
archives and nested PDFs, and decodes the shown text; it looks for each token in the encodings in
which PDF programs write names.
"""

import base64
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf
import pypdf
from pikepdf import Array, Dictionary, Name, Stream, String

PACKED = re.compile(rb"stream\r?\n")
END = re.compile(rb"%%EOF")
DEEPEST = 3
LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True)
class Find:
    """A token and the place where it was seen."""

    token: str
    place: str

    @property
    def in_body(self) -> bool:
        """Tell whether it stands in what the page shows to everybody."""
        return self.place.startswith("page ")


def find_tokens(data: bytes, tokens: Iterable[str]) -> set[Find]:
    """Return every place of `data` in which one of `tokens` can be read."""
    spellings = [(token, spelling) for token in tokens for spelling in _spellings(token)]
    return {
        Find(token, place)
        for place, piece in _pieces(data, 0)
        for token, spelling in spellings
        if spelling in piece
    }


def hidden_tokens(data: bytes, tokens: Iterable[str]) -> set[Find]:
    """Return the finds that are not part of the shown page."""
    return {find for find in find_tokens(data, tokens) if not find.in_body}


def pieces_of(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield every readable piece of a PDF with its place: objects, streams, versions, text."""
    return _pieces(data, 0)


def _spellings(token: str) -> set[bytes]:
    plain = token.encode()
    wide = token.encode("utf-16-be")
    found = {plain, plain.lower(), plain.upper(), plain[::-1], wide, token.encode("utf-16-le")}
    for form in (plain, wide):
        found |= {form.hex().encode(), form.hex().upper().encode()}
    for shift in range(3):  # base64 at each of its three alignments, without the shared edges
        coded = base64.b64encode(b"\0" * shift + plain)
        found.add(coded[4 if shift else 0 : len(coded) // 4 * 4 - 4])
    found.add("".join(f"&#{ord(letter)};" for letter in token).encode())
    return {form for form in found if len(form) > 3}


def _pieces(data: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
    yield "raw bytes", data
    if depth > DEEPEST:
        return
    yield from _unpacked_by_hand(data, depth)
    ends = [match.end() for match in END.finditer(data)]
    for version, end in enumerate(ends or [len(data)], start=1):
        last = end == (ends or [len(data)])[-1]
        yield from _objects(data[:end], "" if last else f"version {version} ", depth)
    yield from _shown_text(data)


def _unpacked_by_hand(data: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
    """Inflate whatever follows the word `stream`: reaches objects that no table names any more."""
    known = _addresses_of_drawing(data)
    for match in PACKED.finditer(data):
        unpacker = zlib.decompressobj()
        try:
            piece = unpacker.decompress(data[match.end() :], LARGEST)
        except zlib.error:
            continue
        if piece not in known:
            yield f"stream at byte {match.end()}", piece
            yield from _inside(piece, depth)


def _addresses_of_drawing(data: bytes) -> set[bytes]:
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            drawing = _drawing_objects(pdf)
            return {_read(pdf.get_object(objgen)) for objgen in drawing}
    except (pikepdf.PikepdfError, ValueError, RuntimeError, TypeError):
        return set()


def _objects(data: bytes, version: str, depth: int) -> Iterator[tuple[str, bytes]]:
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            drawing = _drawing_objects(pdf) if not version else set()
            yield f"{version}trailer", b"\n".join(_words(pdf.trailer, set()))
            for item in pdf.objects:
                place = f"{version}object {item.objgen[0]}"
                yield place, b"\n".join(_words(item, set()))
                if isinstance(item, Stream):
                    piece = _read(item)
                    yield f"page {place}" if item.objgen in drawing else place, piece
                    yield from _inside(piece, depth)
    except (pikepdf.PikepdfError, ValueError, RuntimeError):
        return


def _words(item: object, seen: set[tuple[int, int]]) -> Iterator[bytes]:
    """Yield the strings, names and keys of one object, not those it points to."""
    if isinstance(item, String):
        yield bytes(item)
        yield str(item).encode()
    elif isinstance(item, Name):
        yield str(item).encode()
    elif isinstance(item, Array):
        for entry in item:
            if not getattr(entry, "is_indirect", False):
                yield from _words(entry, seen)
    elif isinstance(item, Dictionary | Stream):
        for key, entry in item.items():
            yield key.encode()
            if not getattr(entry, "is_indirect", False):
                yield from _words(entry, seen)


def _read(item: object) -> bytes:
    if not isinstance(item, Stream):
        return b""
    try:
        return bytes(item.read_bytes())
    except (pikepdf.PikepdfError, RuntimeError):
        return bytes(item.read_raw_bytes())


def _drawing_objects(pdf: pikepdf.Pdf) -> set[tuple[int, int]]:
    """Return the addresses of the streams that draw the pages and their forms."""
    found: set[tuple[int, int]] = set()
    for page in pdf.pages:
        contents = page.obj.get(Name.Contents)
        parts = list(contents) if isinstance(contents, Array) else [contents]
        found |= {part.objgen for part in parts if isinstance(part, Stream)}
    for item in pdf.objects:
        if isinstance(item, Stream) and item.get(Name.Subtype) == Name.Form:
            found.add(item.objgen)
    return found


def _inside(piece: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
    if piece[:1024].find(b"%PDF-") >= 0 and depth < DEEPEST:
        for place, inner in _pieces(piece, depth + 1):
            yield f"attached file, {place}", inner
    if zipfile.is_zipfile(BytesIO(piece)):
        with zipfile.ZipFile(BytesIO(piece)) as archive:
            for member in archive.infolist():
                yield f"attached archive, {member.filename}", member.filename.encode()
                yield f"attached archive, {member.filename}", archive.read(member)


def _shown_text(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        for number, page in enumerate(pypdf.PdfReader(BytesIO(data)).pages, start=1):
            yield f"page {number} text", page.extract_text().encode()
    except Exception:  # noqa: BLE001 — a file that pypdf cannot read shows no text through it
        return
