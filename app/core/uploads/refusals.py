"""Every reason for which an upload is refused, as a sentence: what is wrong and what to do."""

from collections.abc import Mapping

from app.core.words import _

MEBIBYTE = 1024 * 1024


class UploadRefused(Exception):  # noqa: N818 — an answer to a person, not a fault
    """The file cannot be accepted; `reason` is a sentence for whoever uploaded it."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


def refusal(code: str, values: Mapping[str, object] | None = None) -> UploadRefused:
    """Return the exception for a code of envelope.py, child.py or pdf.py."""
    sentences = _sentences(values or {})
    return UploadRefused(sentences.get(code, sentences["crash"]), code)


def _megabytes(size: object) -> str:
    return f"{size / MEBIBYTE:.1f}".removesuffix(".0") if isinstance(size, int) else "?"


def _sentences(values: Mapping[str, object]) -> dict[str, str]:
    return {
        "too_large": _(
            "The file has %(size)s MB and the limit is %(limit)s MB. Make its pictures smaller "
            "(“reduce file size” when you save as PDF) and upload it again.",
            size=_megabytes(values.get("size")),
            limit=_megabytes(values.get("limit")),
        ),
        "too_many_pages": _(
            "The file has %(count)s pages and the limit is %(limit)s. Shorten it and upload it "
            "again.",
            count=values.get("count"),
            limit=values.get("limit"),
        ),
        "page_damaged": _(
            "Page %(page)s of the file is damaged and cannot be shown. Save the document as PDF "
            "once more and upload the new file.",
            page=values.get("page"),
        ),
        "polyglot": _(
            "The file is a PDF and, in the same bytes, also something else (%(other)s). Save the "
            "document as PDF once more and upload the new file.",
            other=values.get("other"),
        ),
        "empty": _("The file is empty. Choose the file again; it may not have been saved yet."),
        "not_pdf": _("This is not a PDF. Save your document as PDF and upload that file."),
        "not_pdf_office": _(
            "This is an office document or an archive, not a PDF. Open it, choose “Save as PDF” "
            "or “Export”, and upload the new file."
        ),
        "not_pdf_picture": _(
            "This is a picture, not a PDF. Put it into a document, save that as PDF and upload it."
        ),
        "not_pdf_postscript": _(
            "This is a PostScript file, not a PDF. Convert it to PDF and upload the new file."
        ),
        "cut_off": _(
            "The file does not end where a PDF ends: a part is missing, or something else was "
            "added behind it. Save the document as PDF once more and upload the new file."
        ),
        "password": _(
            "The file is protected with a password, so no reviewer could read it. Save it without "
            "a password and upload it again."
        ),
        "broken": _(
            "The file is damaged and cannot be opened. Save the document as PDF once more and "
            "upload the new file."
        ),
        "no_pages": _(
            "The file has no pages. Check that you chose the right one and upload it again."
        ),
        "portfolio": _(
            "This is a PDF portfolio, a folder of several files, and reviewers would see only its "
            "cover. Combine the files into one PDF and upload that."
        ),
        "live_form": _(
            "This is a form whose pages are made only when it is opened, and reviewers would see "
            "an empty sheet. Print it to PDF and upload the new file."
        ),
        "form": _(
            "This is a form, and some of what you filled in cannot be carried over faithfully. "
            "Print it to PDF and upload the new file."
        ),
        "picture_damaged": _(
            "A picture in the file is damaged. Insert it again, save the document as PDF and "
            "upload the new file."
        ),
        "picture_too_large": _(
            "A picture in the file is larger than any sheet of paper could show. Make it smaller, "
            "save the document as PDF and upload the new file."
        ),
        "bomb": _(
            "The file grows beyond all measure when it is opened. Save the document as PDF once "
            "more, with smaller pictures, and upload the new file."
        ),
        "too_complex": _(
            "The file is built in a way that is too complicated to check. Print it to PDF and "
            "upload the new file."
        ),
        "memory": _(
            "The file needs too much memory to be opened. Save the document as PDF with smaller "
            "pictures, or print it to PDF, and upload the new file."
        ),
        "time": _(
            "The file takes too long to open. Save the document as PDF with simpler drawings, or "
            "print it to PDF, and upload the new file."
        ),
        "crash": _(
            "The file could not be opened safely. Print the document to PDF and upload the new "
            "file."
        ),
        "unavailable": _(
            "The file could not be checked just now and nothing was stored. Try again in a minute."
        ),
        "malware": _(
            "The virus scanner found harmful content in the file. Check your computer, save the "
            "document as PDF once more and upload the new file."
        ),
    }


def describe_removed(removed: tuple[str, ...]) -> list[str]:
    """Say in words what was taken out of the copy, for the page that shows it."""
    words = {
        "attachments": _("files attached to the document"),
        "author": _("author, title, program and dates in the document’s properties"),
        "bookmarks": _("bookmarks"),
        "form": _("form fields (what was filled in is now part of the page)"),
        "labels": _("page labels"),
        "layers": _("names of layers"),
        "links": _("addresses behind links (links inside the document still work)"),
        "metadata": _("hidden descriptions of the document and its parts"),
        "notes": _("comments and notes (marks you can see are now part of the page)"),
        "permissions": _("restrictions on printing and copying"),
        "photos": _("camera, place and author inside photographs"),
        "private": _("private data of the program that made the document"),
        "revisions": _("earlier versions kept inside the file"),
        "scripts": _("scripts and automatic actions"),
        "tags": _("structure tags and alternative texts"),
        "thumbnails": _("small previews of pages"),
    }
    return [words[code] for code in removed if code in words]
