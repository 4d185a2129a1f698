"""One part of a long document, drawn in a process of its own and kept as objects to be joined."""

import gc
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pydyf
import weasyprint
from weasyprint.formatting_structure.boxes import MarginBox

from app.core.pdf.attachment import Attachment
from app.core.pdf.parts import Part
from app.core.pdf.rendering import About, laid_out, list_each_attachment_once, written

KEYS = 100_000  # structure keys of one part: they are numbered apart without asking the others
_SCALE = 0.75
_NUMBER_STANDS = "@bottom-right"
_LOOK_FOR_RINGS_AFTER = 400_000  # new objects; a part's pages are held until it is written anyway


@dataclass(slots=True)
class Drawn:
    """The objects of a part, in the order of their numbers, and what the whole needs of them."""

    objects: list[tuple[bytes, bytes] | None]  # (with references, stream); None: left out
    pages: list[int]
    root: int  # the page tree of the part, which the joined one takes the place of
    document: int  # the structure element of the part's document, likewise
    kids: bytes  # what stands in that element
    nums: bytes  # structure of each page and link
    keys: tuple[int, int]
    numbers: list[tuple[int, int]]  # pages by place, and the object that will draw their number
    anchors: list[tuple[bytes, bytes, int]]  # name, destination, page by place
    bookmarks: list[tuple[int, bytes, bytes, bool]]  # level, title, destination, open
    catalog: list[tuple[bytes, bytes]] = field(default_factory=list)  # of the first part alone
    names: list[tuple[bytes, bytes]] = field(default_factory=list)
    info: bytes = b""


class _Bookmark(NamedTuple):
    page: int
    level: int
    title: str
    x: float
    y: float
    opened: bool


class Told(NamedTuple):
    """What the others need to know of a drawn part."""

    place: int
    pages: int
    numbered: list[int]  # which of its pages have a number
    anchors: dict[str, int]  # on which of its pages each is


@contextmanager
def _rarely_looked_over() -> Iterator[None]:
    """Let Python look for garbage now and then only: it would go through every box of every page
    again and again, a sixth of the work, and find nothing before the part is written."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_LOOK_FOR_RINGS_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
        gc.collect()


def count(part: Part) -> Told:
    """Say how long a part is, without drawing it."""
    document = laid_out(part.html)
    return Told(part.place, len(document.pages), _take_numbers(document), {})


def pages_drawn(part: Part, about: About, attachments: tuple[Attachment, ...], target: Path) -> int:
    """Draw a part; return how many pages it has."""
    return draw(part, about, attachments, target).pages


def draw(part: Part, about: About, attachments: tuple[Attachment, ...], target: Path) -> Told:
    """Lay out a part and keep its objects in `target`."""
    with _rarely_looked_over():
        return _drawn(part, about, attachments, target)


def _drawn(part: Part, about: About, attachments: tuple[Attachment, ...], target: Path) -> Told:
    document = laid_out(part.html)
    bookmarks = _take_bookmarks(document)
    numbered = _take_numbers(document)
    for name in part.elsewhere:  # else links to them would be dropped
        document.pages[-1].anchors.setdefault(name, (0, 0, 0, 0))
    kept: list[Drawn] = []

    def keep(document: weasyprint.Document, pdf: pydyf.PDF) -> None:
        list_each_attachment_once(document, pdf)
        kept.append(_objects(part, pdf, bookmarks, numbered))
        pdf.objects[:] = pdf.objects[:1]  # nothing is written from here

    written(document, about, attachments, keep)
    target.write_bytes(pickle.dumps(kept[0]))
    anchors = {name.decode(): page for name, _at, page in kept[0].anchors}
    return Told(part.place, len(document.pages), numbered, anchors)


def draw_numbers(html: str, target: Path) -> int:
    """Draw page numbers, each page of them as one object that other pages can show."""
    with _rarely_looked_over():
        return _numbers_drawn(html, target)


def _numbers_drawn(html: str, target: Path) -> int:
    document = laid_out(html, tagged=False)
    kept: list[tuple[list[tuple[bytes, bytes] | None], list[int]]] = []

    def keep(_document: weasyprint.Document, pdf: pydyf.PDF) -> None:
        forms = []
        for page in _pages(pdf):
            stream = pdf.objects[_number(page["Contents"])]
            stream.extra |= {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": page["MediaBox"],
                "Resources": page["Resources"],
            }
            forms.append(stream.number)
        left_out = {pdf.catalog.number, pdf.pages.number, *(p.number for p in _pages(pdf))}
        kept.append((_serialised(pdf, left_out), forms))
        pdf.objects[:] = pdf.objects[:1]

    document.write_pdf(finisher=keep)
    target.write_bytes(pickle.dumps(kept[0]))
    return len(kept[0][1])


# --- before the part is drawn --------------------------------------------------------------------


def _take_bookmarks(
    document: weasyprint.Document,
) -> list[_Bookmark]:
    """Take the bookmarks out: those of all parts make one outline."""
    found = []
    for place, page in enumerate(document.pages):
        for level, label, (x, y), state in page.bookmarks:
            at = (x * _SCALE, (page.height - y) * _SCALE)
            found.append(_Bookmark(place, level, label, *at, opened=state == "open"))
        page.bookmarks = []
    return found


def _take_numbers(document: weasyprint.Document) -> list[int]:
    """Take the page numbers out, which count this part alone; return the pages that had one."""
    found = []
    for place, page in enumerate(document.pages):
        box = page._page_box  # noqa: SLF001 - there is no other way to its margins
        kept = [child for child in box.children if not _is_number(child)]
        if len(kept) < len(box.children):
            found.append(place)
            box.children = kept
    return found


def _is_number(box: object) -> bool:
    return isinstance(box, MarginBox) and box.at_keyword == _NUMBER_STANDS and bool(box.children)


# --- the objects of a part -----------------------------------------------------------------------


def _objects(part: Part, pdf: pydyf.PDF, bookmarks: list[_Bookmark], numbered: list[int]) -> Drawn:
    pages = _pages(pdf)
    structure = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
    document = pdf.objects[_number(structure["K"][0])]
    parents = pdf.objects[_number(structure["ParentTree"])]
    nums = parents["Nums"]
    base = part.place * KEYS
    for place in range(0, len(nums), 2):
        nums[place] += base
    for one in pdf.objects:
        if isinstance(one, dict):
            _set_apart(one, part.place, base)
    numbers = _make_room_for_numbers(pdf, pages, numbered)
    names = pdf.catalog.pop("Names", {})
    anchors = _anchors(names.pop("Dests", None), part.elsewhere, [p.reference for p in pages])
    first = part.place == 0
    left_out = {
        pdf.catalog.number, pdf.pages.number, structure.number, document.number, parents.number
    }  # fmt: skip
    if not first:
        left_out.add(_number(pdf.catalog["Metadata"]))
    own = ("Type", "Pages", "StructTreeRoot", "Outlines")
    return Drawn(
        objects=_serialised(pdf, left_out),
        pages=[page.number for page in pages],
        root=pdf.pages.number,
        document=document.number,
        kids=_inner(document["K"]),
        nums=_inner(nums),
        keys=(nums[0], nums[-2]),
        numbers=numbers,
        anchors=anchors,
        bookmarks=[
            (b.level, pydyf.String(b.title).data, _at(pages[b.page], b.x, b.y), b.opened)
            for b in bookmarks
        ],
        catalog=[(k.encode(), _data(v)) for k, v in pdf.catalog.items() if k not in own]
        if first
        else [],
        names=[(k.encode(), _data(v)) for k, v in names.items()] if first else [],
        info=pdf.info.data if first else b"",
    )


def _set_apart(one: dict[str, Any], place: int, base: int) -> None:
    """Number structure and header cells so that no two parts use the same."""
    if "StructParents" in one:
        one["StructParents"] += base
    elif "StructParent" in one:
        one["StructParent"] += base
    elif one.get("Type") == "/StructElem" and "ID" in one:
        one["ID"].string = f"{place}.{one['ID'].string}"  # the cells below hold the same object


def _make_room_for_numbers(
    pdf: pydyf.PDF, pages: list[Any], numbered: list[int]
) -> list[tuple[int, int]]:
    """Let each numbered page show an object that is drawn later, outside of what is read aloud."""
    begin = pydyf.Stream([b"q"])
    pdf.add_object(begin)
    found = []
    for place in numbered:
        page, later = pages[place], pydyf.Dictionary()
        pdf.add_object(later)
        name = f"Number{place}"
        pdf.objects[_number(page["Resources"])]["XObject"][name] = later.reference
        end = pydyf.Stream([f"Q /Artifact <</Type /Pagination>> BDC /{name} Do EMC".encode()])
        pdf.add_object(end)
        page["Contents"] = pydyf.Array([begin.reference, page["Contents"], end.reference])
        found.append((place, later.number))
    return found


def _anchors(
    dests: Any,  # noqa: ANN401 - of a library without types
    elsewhere: frozenset[str],
    pages: list[bytes],
) -> list[tuple[bytes, bytes, int]]:
    if dests is None:
        return []
    listed = dests["Names"]
    return [
        (str(name.string).encode(), at.data, pages.index(at[0]))
        for name, at in zip(listed[::2], listed[1::2], strict=True)
        if name.string not in elsewhere
    ]


def _at(page: Any, x: float, y: float) -> bytes:  # noqa: ANN401
    data: bytes = pydyf.Array((page.reference, "/XYZ", x, y, 0)).data
    return data


def _pages(pdf: pydyf.PDF) -> list[Any]:
    return [pdf.objects[number] for number in pdf.pages["Kids"][::3]]


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _inner(listed: Any) -> bytes:  # noqa: ANN401
    data: bytes = listed.data
    return data[1:-1]


def _data(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    data = value.data if isinstance(value, pydyf.Object) else str(value).encode()
    return bytes(data)


def _serialised(pdf: pydyf.PDF, left_out: set[int]) -> list[tuple[bytes, bytes] | None]:
    """Return each object as what may hold references, and the stream that holds none."""
    found: list[tuple[bytes, bytes] | None] = []
    for one in pdf.objects:
        if one.free == "f" or one.number in left_out:
            found.append(None)
            continue
        data = one.data
        if isinstance(one, pydyf.Stream):
            head, between, body = data.partition(b"\nstream\n")
            found.append((head, between + body))
        else:
            found.append((data, b""))
    return found
