"""HTML to PDF/A-3a and PDF/UA-1, without a look at network, disk or clock."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO

import pydyf
import weasyprint
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from app.core.pdf.assets import AssetRefused, PackagedAssets
from app.core.pdf.attachment import Attachment
from app.core.pdf.glyphs import require_drawable
from app.core.pdf.metadata import declare_universal_access
from app.core.pdf.parts import Progress, is_long, silent

_MADE_BY = "Equipoise"


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself besides its pages."""

    title: str
    author: str
    subject: str
    language: str
    instant: datetime
    identifier: bytes


def render(
    html: str, about: About, attachments: Sequence[Attachment] = (), progress: Progress = silent
) -> bytes:
    """Return the PDF of a complete HTML page: PDF/A-3a, PDF/UA-1, its data attached.

    The same arguments give the same bytes on machines with the same fonts and WeasyPrint: all
    dates are the instant, the file's identifier is given, the language is a BCP 47 tag. A page with
    cuts (parts.py) is drawn in parts; `progress` is told how many of how many are done.
    Raises UndrawableText for a character without a font, AssetRefused where the page asks for
    anything but a packaged `asset:` name.
    """
    if about.instant.tzinfo is None:
        raise ValueError("The instant of a document needs its offset from UTC.")
    require_drawable(html)
    if is_long(html):
        from app.core.pdf.long import render_long  # noqa: PLC0415 - it needs what stands here

        return render_long(html, about, tuple(attachments), progress)
    document = laid_out(html)
    return written(document, about, attachments, list_each_attachment_once)


def written(
    document: weasyprint.Document,
    about: About,
    attachments: Sequence[Attachment],
    finisher: Callable[[weasyprint.Document, pydyf.PDF], None],
) -> bytes:
    """Return the file of laid-out pages; `finisher` sees its objects before they are written."""
    told = document.metadata
    told.title, told.authors, told.description = about.title, [about.author], about.subject
    told.lang, told.generator = about.language, _MADE_BY
    told.created = told.modified = about.instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    declare_universal_access(document)
    with _refusals():
        pdf: bytes = document.write_pdf(
            finisher=finisher,
            pdf_variant="pdf/a-3a",
            pdf_identifier=about.identifier,
            output_intent=_GIVEN,
            attachments=[_embedded(attachment, about.instant) for attachment in attachments],
        )
    return pdf


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except FatalURLFetchingError as refusal:
        raise AssetRefused(str(refusal)) from refusal


# Anything but "srgb" here: at that word WeasyPrint opens its colour profile and never closes it.
_GIVEN = "given"
# With a base, relative addresses come to the fetcher as well, and are refused like all others.
_NOWHERE = "asset:page"


def laid_out(html: str, *, tagged: bool = True) -> weasyprint.Document:
    """Return the pages of an HTML page, not drawn yet."""
    letters, fetcher = FontConfiguration(), PackagedAssets()
    with _refusals():
        typefaces = weasyprint.CSS(
            url="asset:typefaces.css", url_fetcher=fetcher, font_config=letters
        )
        return weasyprint.HTML(string=html, base_url=_NOWHERE, url_fetcher=fetcher).render(
            font_config=letters,
            stylesheets=[typefaces],
            pdf_tags=tagged,
            color_profiles={"srgb": _screen_colours()},
            output_intent="srgb",
        )


def _screen_colours() -> ColorProfile:
    name = "sRGB2014.icc"
    profile = BytesIO((files("weasyprint.pdf") / name).read_bytes())
    return ColorProfile(profile, name, "relative-colorimetric", (["r"], ["g"], ["b"]))


def _embedded(attachment: Attachment, instant: datetime) -> weasyprint.Attachment:
    return weasyprint.Attachment(
        string=attachment.content,
        url_fetcher=PackagedAssets(),
        name=attachment.name,
        description=attachment.description,
        created=instant.astimezone(UTC),
        modified=instant.astimezone(UTC),
        relationship="Data",
    )


def list_each_attachment_once(_: weasyprint.Document, pdf: pydyf.PDF) -> None:
    """WeasyPrint writes each file twice into the list of associated files."""
    if listed := pdf.catalog.get("AF"):
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(listed))
