"""What the child does with an uploaded PDF: open, redraw without its maker, read its words."""

import time
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from app.core.uploads import marks, streams
from app.core.uploads.copying import Copier, TooLargePicture
from app.core.uploads.drawing import UnreadableDrawing
from app.core.uploads.links import Places
from app.core.uploads.pictures import UnreadablePicture
from app.core.uploads.shapes import PdfValue
from app.core.uploads.text import read_text

# What was left behind, seen by the key that the copy did not take.
LEFT_BEHIND = {
    "/Metadata": "metadata",
    "/PieceInfo": "private",
    "/AA": "scripts",
    "/Thumb": "thumbnails",
    "/StructParents": "tags",
    "/StructParent": "tags",
    "/Exif": "photos",
    "/AF": "attachments",
    "/LastModified": "metadata",
}
ROOT_LEFT_BEHIND = {
    "/Metadata": "metadata",
    "/PieceInfo": "private",
    "/AA": "scripts",
    "/StructTreeRoot": "tags",
    "/Outlines": "bookmarks",
    "/AF": "attachments",
    "/AcroForm": "form",
    "/PageLabels": "labels",
    "/OCProperties": "layers",
}
TEXT_MARGIN = 1.0


class Refused(Exception):  # noqa: N818 — an answer, not a fault
    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


Answer = tuple[dict[str, object], bytes]


def scrub(data: bytes, limits: dict[str, int]) -> Answer:
    """Return facts and the new file, or facts with the `refused` code and no bytes."""
    try:
        with _opened(data, limits) as source:
            pdf, removed = _redrawn(source, limits)
            count = len(source.pages)
    except Refused as refused:
        return {"refused": refused.code, "values": refused.values}, b""
    removed |= _outside(data)
    seconds = limits["cpu_seconds"] - time.process_time() - TEXT_MARGIN
    text = read_text(pdf, count, seconds=seconds, most=limits["text_characters"])
    return {"pages": count, "text": text, "removed": sorted(removed)}, pdf


def _opened(data: bytes, limits: dict[str, int]) -> Pdf:
    """Open with qpdf, which repairs what it can; raise Refused for a password or a wreck."""
    most = limits["stream_bytes"]
    pikepdf.settings.set_qpdf_limits(
        parser_max_errors=0,
        max_stream_filters=streams.MOST_FILTERS,
        flate_max_memory=most,
        png_max_memory=most,
        run_length_max_memory=most,
        tiff_max_memory=most,
        doc_max_warnings=2000,
    )
    try:
        pdf = Pdf.open(BytesIO(data))
    except pikepdf.PasswordError as error:
        raise Refused("password") from error
    except (pikepdf.PikepdfError, ValueError, RuntimeError, RecursionError) as error:
        raise Refused("no_pages" if "no pages" in str(error) else "broken") from error
    try:
        _check_pages(pdf, limits["pages"])
    except (pikepdf.PikepdfError, ValueError, TypeError, RuntimeError, RecursionError) as error:
        raise Refused("broken") from error
    return pdf


def _check_pages(pdf: Pdf, most: int) -> None:
    if Name.Collection in pdf.Root:
        raise Refused("portfolio")
    count = len(pdf.pages)
    if count == 0:
        raise Refused("no_pages")
    if count > most:
        raise Refused("too_many_pages", count=count, limit=most)
    form = pdf.Root.get(Name.AcroForm)
    if not isinstance(form, Dictionary) or Name.XFA not in form:
        return
    if pdf.Root.get(Name.NeedsRendering) or not len(form.get(Name.Fields, Array())):
        raise Refused("live_form")


def _redrawn(source: Pdf, limits: dict[str, int]) -> tuple[bytes, set[str]]:
    try:
        removed = _root_left_behind(source)
        places = Places(source)
        links, met = marks.settle(source, limits["annotations"])
        target, copier = _copied(source, places, links, limits)
        removed |= met | {LEFT_BEHIND[key] for key in copier.dropped if key in LEFT_BEHIND}
        return _saved(target), removed
    except (streams.TooMuch, MemoryError) as error:
        raise Refused("bomb") from error
    except TooLargePicture as error:
        raise Refused("picture_too_large") from error
    except marks.TooManyMarks as error:
        raise Refused("too_complex") from error
    except marks.LostFormValue as error:
        raise Refused("form") from error
    except UnreadablePicture as error:
        raise Refused("picture_damaged") from error
    except RecursionError as error:
        raise Refused("too_complex") from error
    except (pikepdf.PikepdfError, streams.Damaged, ValueError, TypeError, RuntimeError) as error:
        raise Refused("broken") from error


def _copied(
    source: Pdf, places: Places, links: list[list[Dictionary]], limits: dict[str, int]
) -> tuple[Pdf, Copier]:
    target = Pdf.new()
    budget = streams.Budget(limits["stream_bytes"], limits["total_bytes"])
    copier = Copier(target, budget, limits["picture_pixels"])
    if isinstance(layers := source.Root.get(Name.OCProperties), Dictionary):
        target.Root.OCProperties = copier.copy(layers, "layers")
    for number, page in enumerate(source.pages, start=1):
        target.pages.append(_page(copier, page, budget, number))
    for page, marked in zip(target.pages, links, strict=True):
        kept = [_link(copier, places, mark) for mark in marked]
        if kept:
            page.obj.Annots = Array(kept)
    return target, copier


def _page(copier: Copier, page: pikepdf.Page, budget: streams.Budget, number: int) -> pikepdf.Page:
    made = Dictionary(Type=Name.Page)
    copier.fill(made, page.obj, "page")
    try:
        made.Contents = copier.drawing(_drawing_of(page, budget))
    except (streams.Damaged, UnreadableDrawing) as error:
        raise Refused("page_damaged", page=number) from error
    return pikepdf.Page(copier.target.make_indirect(made))


def _drawing_of(page: pikepdf.Page, budget: streams.Budget) -> bytes:
    """Return the commands of a page, its parts joined as the standard says: by white space."""
    contents = page.obj.get(Name.Contents)
    parts = list(contents) if isinstance(contents, Array) else [contents]
    read = []
    for part in parts:
        if isinstance(part, Stream):
            budget.weigh(part, streams.filters_of(part))
            read.append(streams.read(part))
    return b"\n".join(read)


def _link(copier: Copier, places: Places, mark: Dictionary) -> PdfValue:
    """Keep the frame of a link, which is part of the picture, and its target if it is in here."""
    made = copier.target.make_indirect(copier.copy(mark, "link"))
    found = places.find(mark)
    if found is not None:
        page, view = found
        made.Dest = Array([copier.target.pages[page].obj, *view])
    return made


def _saved(target: Pdf) -> bytes:
    target.remove_unreferenced_resources()
    out = BytesIO()
    target.save(
        out,
        min_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,
        fix_metadata_version=False,
        preserve_pdfa=False,
    )
    return out.getvalue()


def _root_left_behind(source: Pdf) -> set[str]:
    removed = {word for key, word in ROOT_LEFT_BEHIND.items() if key in source.Root}
    opening = source.Root.get(Name.OpenAction)
    if isinstance(opening, Dictionary) and opening.get(Name.S) != Name.GoTo:
        removed.add("scripts")
    names = source.Root.get(Name.Names)
    if isinstance(names, Dictionary):
        removed |= {"scripts"} if Name.JavaScript in names else set()
        removed |= {"attachments"} if Name.EmbeddedFiles in names else set()
    removed |= {"author"} if Name.Info in source.trailer else set()
    removed |= {"permissions"} if source.is_encrypted else set()
    return removed


def _outside(data: bytes) -> set[str]:
    ends = data.count(b"%%EOF")
    linearised = b"/Linearized" in data[:1024]
    return {"revisions"} if ends > 1 + linearised else set()
