"""Parts of a document written as one file: one tree of pages, one of structure, one outline.

The parts come from our own drawing (drawing.py), so their objects are numbered anew as text; a
library that reads a PDF whole would hold a million structure elements of a thousand pages at once.
"""

from __future__ import annotations

import hashlib
import pickle
import re
import zlib
from array import array
from itertools import accumulate
from typing import TYPE_CHECKING, BinaryIO

from app.core.pdf.outline import Bookmark, outline

if TYPE_CHECKING:
    from pathlib import Path

    from app.core.pdf.drawing import Drawn

_REFERENCE = re.compile(rb"\((?:[^\\()]|\\.)*\)|(\d+) 0 R", re.DOTALL)
Objects = list[tuple[bytes, bytes] | None]
APART, INSIDE = 1, 2  # where an object is, as the table of a file tells it
TOGETHER = 1_000  # objects in one compressed stream


class Renumbered:
    """The new numbers of the objects of one part, and its text with references to them."""

    def __init__(self, new: list[int]) -> None:
        self.new = new
        self._references = [b"%d 0 R" % number for number in new]

    def __call__(self, data: bytes) -> bytes:
        return _REFERENCE.sub(self._one, data)

    def _one(self, found: re.Match[bytes]) -> bytes:
        number = found[1]  # nothing inside a text in brackets
        return found[0] if number is None else self._references[int(number)]


class Writer:
    """Writes objects one after the other and remembers where each is.

    What is no stream itself goes, many at a time, into compressed ones: the structure of a thousand
    pages is most of the file, and very much alike.
    """

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._kinds, self._places, self._within = array("B", [0]), array("Q", [0]), array("L", [0])
        self._waiting: list[tuple[int, bytes]] = []
        self._digest = hashlib.md5(usedforsecurity=False)  # the second identifier of a file
        self._position = 0
        self._write(b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n")

    def reserve(self) -> int:
        """Return the number of an object that is written later."""
        self._kinds.append(0)
        self._places.append(0)
        self._within.append(0)
        return len(self._kinds) - 1

    def write(self, number: int, data: bytes, stream: bytes = b"") -> None:
        """Write an object; `stream` is what follows its dictionary, where it is one."""
        if stream:
            self._write_apart(number, data + stream)
            return
        self._waiting.append((number, data))
        if len(self._waiting) == TOGETHER:
            self._write_waiting()

    def add(self, data: bytes) -> int:
        number = self.reserve()
        self.write(number, data)
        return number

    def finish(self, catalog: int, info: int, identifier: bytes) -> None:
        if self._waiting:
            self._write_waiting()
        table = self.reserve()
        at = self._position
        self._kinds[table], self._places[table] = APART, at
        size = len(self._kinds)
        entries = b"".join(
            b"%c" % kind + place.to_bytes(5, "big") + within.to_bytes(2, "big")
            for kind, place, within in zip(self._kinds, self._places, self._within, strict=True)
        )
        packed = zlib.compress(entries, 9)
        told = b"/Type /XRef/W [1 5 2]/Size %d/Root %d 0 R/Info %d 0 R" % (size, catalog, info)
        second = self._digest.hexdigest().encode()
        told += b"/ID [" + _hex(identifier) + b" (" + second + b")]"
        self._write(b"%d 0 obj\n" % table + _packed(told, packed) + b"\nendobj\n")
        self._write(b"startxref\n%d\n%%%%EOF\n" % at)

    def _write_apart(self, number: int, data: bytes) -> None:
        self._kinds[number], self._places[number] = APART, self._position
        self._write(b"%d 0 obj\n" % number + data + b"\nendobj\n")

    def _write_waiting(self) -> None:
        holder = self.reserve()
        begins = accumulate((len(data) + 1 for _number, data in self._waiting), initial=0)
        listed = zip(self._waiting, begins, strict=False)
        head = b" ".join(b"%d %d" % (number, begin) for (number, _data), begin in listed) + b"\n"
        body = b"\n".join(data for _number, data in self._waiting)
        for place, (number, _data) in enumerate(self._waiting):
            self._kinds[number], self._places[number] = INSIDE, holder
            self._within[number] = place
        told = b"/Type /ObjStm/N %d/First %d" % (len(self._waiting), len(head))
        self._write_apart(holder, _packed(told, zlib.compress(head + body, 9)))
        self._waiting = []

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._position += len(data)
        self._target.write(data)


def _packed(told: bytes, content: bytes) -> bytes:
    head = b"<<" + told + b"/Filter /FlateDecode/Length %d>>" % len(content)
    return head + b"\nstream\n" + content + b"\nendstream"


def _hex(data: bytes) -> bytes:
    return b"<" + data.hex().encode() + b">"


class Joined:
    """One file out of parts, which may come in any order."""

    def __init__(self, target: BinaryIO) -> None:
        self._writer = Writer(target)
        self._pages = self._writer.reserve()
        self._document = self._writer.reserve()
        self._catalog: list[tuple[bytes, bytes]] = []
        self._names: list[tuple[bytes, bytes]] = []
        self._info = b"<<>>"
        self._kids: dict[int, list[int]] = {}
        self._structure: dict[int, bytes] = {}
        self._leaves: dict[int, int] = {}
        self._numbers: dict[int, list[int]] = {}
        self._anchors: list[tuple[bytes, bytes]] = []
        self._bookmarks: dict[int, list[Bookmark]] = {}

    def add(self, place: int, path: Path) -> None:
        """Write the objects of a drawn part."""
        part: Drawn = pickle.loads(path.read_bytes())  # noqa: S301 - of our own process
        special = {part.root: self._pages, part.document: self._document}
        rooms = []
        for _page, later in part.numbers:
            special[later] = self._writer.reserve()
            rooms.append(special[later])
        renumbered = self._written(part.objects, special)
        self._kids[place] = [renumbered.new[number] for number in part.pages]
        self._numbers[place] = rooms
        self._structure[place] = renumbered(part.kids)
        low, high = part.keys
        nums = renumbered(part.nums)
        self._leaves[place] = self._writer.add(
            b"<</Limits [%d %d]/Nums [" % (low, high) + nums + b"]>>"
        )
        self._anchors += [(name, renumbered(at)) for name, at, _page in part.anchors]
        self._bookmarks[place] = [
            Bookmark(level, title, renumbered(at), opened)
            for level, title, at, opened in part.bookmarks
        ]
        if part.info:
            self._info = part.info
            self._catalog = [(key, renumbered(value)) for key, value in part.catalog]
            self._names = [(key, renumbered(value)) for key, value in part.names]

    def add_numbers(self, path: Path) -> None:
        """Write the page numbers into the room that the parts left for them, in their order."""
        objects, forms = pickle.loads(path.read_bytes())  # noqa: S301 - of our own process
        rooms = [room for place in sorted(self._numbers) for room in self._numbers[place]]
        self._written(objects, dict(zip(forms, rooms, strict=True)), written=True)

    def _written(
        self, objects: Objects, special: dict[int, int], *, written: bool = False
    ) -> Renumbered:
        """Write objects under new numbers. Special ones have theirs: they are of the whole, or
        (`written`) a place was kept for them."""
        new = [
            special[old] if old in special else 0 if one is None else self._writer.reserve()
            for old, one in enumerate(objects)
        ]
        renumbered = Renumbered(new)
        for old, one in enumerate(objects):
            if one is None or (old in special and not written):
                continue
            self._writer.write(new[old], renumbered(one[0]), one[1])
        return renumbered

    def finish(self, identifier: bytes) -> None:
        """Write what holds the parts together."""
        writer, places = self._writer, sorted(self._kids)
        pages = [page for place in places for page in self._kids[place]]
        listed = b" ".join(b"%d 0 R" % page for page in pages)
        writer.write(self._pages, b"<</Type /Pages/Kids [" + listed + b"]/Count %d>>" % len(pages))
        leaves = b" ".join(b"%d 0 R" % self._leaves[place] for place in places)
        parents = writer.add(b"<</Kids [" + leaves + b"]>>")
        root = writer.reserve()
        kids = b" ".join(self._structure[place] for place in places)
        writer.write(
            self._document,
            b"<</Type /StructElem/S /Document/K [" + kids + b"]/P %d 0 R>>" % root,
        )
        writer.write(
            root,
            b"<</Type /StructTreeRoot/ParentTree %d 0 R/K [%d 0 R]>>" % (parents, self._document),
        )
        catalog = [
            *((b"Type", b"/Catalog"), (b"Pages", b"%d 0 R" % self._pages)),
            *self._catalog,
            (b"StructTreeRoot", b"%d 0 R" % root),
        ]
        names = list(self._names)
        if self._anchors:
            told = b" ".join(b"(" + name + b") " + at for name, at in sorted(self._anchors))
            names.append((b"Dests", b"<</Names [" + told + b"]>>"))
        if names:
            catalog.append((b"Names", _dictionary(names)))
        bookmarks = [one for place in places for one in self._bookmarks[place]]
        if bookmarks:
            catalog.append((b"Outlines", b"%d 0 R" % outline(writer, bookmarks)))
        writer.finish(writer.add(_dictionary(catalog)), writer.add(self._info), identifier)


def _dictionary(pairs: list[tuple[bytes, bytes]]) -> bytes:
    return b"<<" + b"".join(b"/" + key + b" " + value for key, value in pairs) + b">>"
