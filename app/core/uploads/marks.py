"""Draw what lies over a page (marks, form values) into it; set comments and links apart."""

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from app.core.uploads.shapes import PdfValue

# What a reader of the printed page would see; notes, pop-ups, sounds and files are not among them.
DRAWN = {
    *("/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight"),
    *("/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Watermark", "/Widget"),
}
HIDDEN = 1 | 2 | 32  # invisible, hidden, no view


class TooManyMarks(Exception):  # noqa: N818 — read as a fact
    """More annotations than any document made by people."""


class LostFormValue(Exception):  # noqa: N818 — read as a fact
    """A form holds a value that cannot be drawn faithfully."""


def settle(pdf: pikepdf.Pdf, most: int) -> tuple[list[list[Dictionary]], set[str]]:
    """Flatten visible marks into their pages; return the links of each page and what was met."""
    links: list[list[Dictionary]] = []
    met: set[str] = set()
    drawn = 0
    _draw_form_values(pdf)
    for page in pdf.pages:
        annotations = _annotations(page, most)
        most -= len(annotations)
        links.append([mark for mark in annotations if mark.get(Name.Subtype) == Name.Link])
        shown = [mark for mark in annotations if _is_drawn(mark)]
        met |= {_word(mark) for mark in annotations}
        drawn += len(shown)
        if Name.Annots in page.obj:
            page.obj.Annots = Array(shown)
    if drawn:
        pdf.flatten_annotations("screen")
    return links, met


def _annotations(page: pikepdf.Page, most: int) -> list[Dictionary]:
    found = page.obj.get(Name.Annots)
    if not isinstance(found, Array):
        return []
    if len(found) > most:
        raise TooManyMarks
    return [mark for mark in found if isinstance(mark, Dictionary)]


def _is_drawn(mark: Dictionary) -> bool:
    flags = mark.get(Name.F, 0)
    hidden = isinstance(flags, int) and flags & HIDDEN
    return not hidden and str(mark.get(Name.Subtype)) in DRAWN and _appearance(mark) is not None


def _appearance(mark: PdfValue) -> PdfValue:
    looks = mark.get(Name.AP)
    return looks.get(Name.N) if isinstance(looks, Dictionary) else None


def _word(mark: Dictionary) -> str:
    match str(mark.get(Name.Subtype)):
        case "/Link":
            return "links"
        case "/Widget":
            return "form"
        case "/FileAttachment":
            return "attachments"
        case _:
            return "notes"


def _draw_form_values(pdf: pikepdf.Pdf) -> None:
    """Give each filled field without a picture of its value one, or say that it cannot be done."""
    form = pdf.Root.get(Name.AcroForm)
    if not isinstance(form, Dictionary):
        return
    if Name.NeedAppearances in form:
        del form[Name.NeedAppearances]  # qpdf would refuse to flatten
    for page in pdf.pages:
        for widget in pdf.acroform.get_widget_annotations_for_page(page):
            field = pdf.acroform.get_field_for_annotation(widget)
            if _appearance(widget.obj) is not None or field.is_null:
                continue
            if not (field.is_text or field.is_choice) or not field.value_as_string:
                continue
            if not field.value_as_string.isascii():
                raise LostFormValue  # qpdf would write question marks
            field.generate_appearance(widget)
            if not isinstance(_appearance(widget.obj), Stream):
                raise LostFormValue
