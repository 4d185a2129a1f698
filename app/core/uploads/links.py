"""Keep links inside the document, in place and by page; drop whatever leads out of it."""

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, String

from app.core.uploads.shapes import PdfValue

FITS = {"/XYZ", "/Fit", "/FitH", "/FitV", "/FitR", "/FitB", "/FitBH", "/FitBV"}


class Places:
    """Where in the document a destination lies, named or not."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        self._named = _named_places(pdf)

    def find(self, link: Dictionary) -> tuple[int, list[PdfValue]] | None:
        """Return the page (from 0) and the rest of the destination, or None if it leads out."""
        target = link.get(Name.Dest)
        action = link.get(Name.A)
        if target is None and isinstance(action, Dictionary) and action.get(Name.S) == Name.GoTo:
            target = action.get(Name.D)
        if isinstance(target, (String, Name)):
            target = self._named.get(str(target).removeprefix("/"))
        if isinstance(target, Dictionary):
            target = target.get(Name.D)
        if not isinstance(target, Array) or not len(target):
            return None
        page = self._pages.get(getattr(target[0], "objgen", (0, 0)))
        return None if page is None else (page, _fit(list(target)[1:6]))


def _fit(view: list[PdfValue]) -> list[PdfValue]:
    if not view or str(view[0]) not in FITS:
        return [Name.Fit]
    numbers = [part for part in view[1:] if not isinstance(part, pikepdf.Object)]
    return [view[0], *numbers]


def _named_places(pdf: pikepdf.Pdf) -> dict[str, PdfValue]:
    found: dict[str, PdfValue] = {}
    old = pdf.Root.get(Name.Dests)
    if isinstance(old, Dictionary):
        found.update((key.removeprefix("/"), value) for key, value in old.items())
    names = pdf.Root.get(Name.Names)
    tree = names.get(Name.Dests) if isinstance(names, Dictionary) else None
    if isinstance(tree, Dictionary):
        try:
            found.update((str(key), value) for key, value in NameTree(tree).items())
        except (pikepdf.PdfError, RuntimeError, ValueError):
            return found
    return found
