"""Uploaded PDFs: refuse what cannot be trusted, redraw the rest without the traces of its maker."""

from dataclasses import dataclass

from app.core.uploads import child
from app.core.uploads.envelope import fault_of
from app.core.uploads.limits import LIMITS, Limits
from app.core.uploads.refusals import UploadRefused, describe_removed, refusal

__all__ = ["LIMITS", "Limits", "Scrubbed", "UploadRefused", "describe_removed", "scrub_pdf"]


@dataclass(frozen=True)
class Scrubbed:
    """A redrawn PDF.

    `text` has the words of each page and is empty where there are none to read; `unread` lists
    the pages (from 1) that have no readable words, as scans do, or that took too long: names on
    them must be looked for by eye. `removed` holds codes; `describe_removed` says them in words.
    """

    pdf: bytes
    pages: int
    text: tuple[str, ...]
    removed: tuple[str, ...]
    unread: tuple[int, ...] = ()


def scrub_pdf(data: bytes, limits: Limits = LIMITS) -> Scrubbed:
    """Return a new PDF that draws the same pages and holds nothing else, or raise UploadRefused.

    Left behind are properties, XMP, comments, link targets, scripts, attachments, bookmarks, tags,
    thumbnails, private data, earlier revisions, data inside photographs and names of layers. Names
    in the words and pictures of the pages stay (see `names.find_own_names`). The same bytes give
    the same result, and scrubbing twice changes nothing. The work is done by a child process with
    bounded memory and time.
    """
    if fault := fault_of(data, limits.file_bytes):
        raise refusal(fault.code, fault.values)
    try:
        facts, pdf = child.run("app.core.uploads.pdf:scrub", data, limits)
    except child.ChildFailure as failure:
        raise refusal(failure.code) from failure
    if "refused" in facts:
        values = facts.get("values")
        raise refusal(str(facts["refused"]), values if isinstance(values, dict) else None)
    return _scrubbed(facts, pdf)


def _scrubbed(facts: dict[str, object], pdf: bytes) -> Scrubbed:
    """Check what the child says before believing it: it has met a stranger's bytes."""
    pages, text, removed = facts.get("pages"), facts.get("text"), facts.get("removed")
    if not (
        isinstance(pages, int)
        and isinstance(text, list)
        and isinstance(removed, list)
        and len(text) == pages
        and pdf.startswith(b"%PDF-")
    ):
        raise refusal("crash")
    words = tuple(page if isinstance(page, str) else "" for page in text)
    return Scrubbed(
        pdf=pdf,
        pages=pages,
        text=words,
        removed=tuple(str(code) for code in removed),
        unread=tuple(number for number, page in enumerate(words, start=1) if not page.strip()),
    )
