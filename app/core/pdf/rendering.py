"""HTML to PDF/A-3a and PDF/UA-1, without a look at network, disk or clock."""

from collections.abc import Sequence
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

_MADE_BY = "Equipoise"


def render(
    html: str,
    *,
    title: str,
    author: str,
    subject: str,
    language: str,
    instant: datetime,
    identifier: bytes,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return the PDF of a complete HTML page: PDF/A-3a, PDF/UA-1, its data attached.

    The same arguments give the same bytes on machines with the same fonts and WeasyPrint:
    all dates are `instant`, the file's identifier is `identifier`. `language` is a BCP 47 tag.
    Raises UndrawableText for a character without a font, AssetRefused where the page asks for
    anything but a packaged `asset:` name.
    """
    if instant.tzinfo is None:
        raise ValueError("The instant of a document needs its offset from UTC.")
    require_drawable(html)
    try:
        document = _laid_out(html)
        about = document.metadata
        about.title, about.authors, about.description = title, [author], subject
        about.lang, about.generator = language, _MADE_BY
        about.created = about.modified = instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        declare_universal_access(document)
        pdf: bytes = document.write_pdf(
            finisher=_list_each_attachment_once,
            pdf_variant="pdf/a-3a",
            pdf_identifier=identifier,
            output_intent=_GIVEN,
            attachments=[_embedded(attachment, instant) for attachment in attachments],
        )
    except FatalURLFetchingError as refusal:
        raise AssetRefused(str(refusal)) from refusal
    return pdf


# Anything but "srgb" here: at that word WeasyPrint opens its colour profile and never closes it.
_GIVEN = "given"
# With a base, relative addresses come to the fetcher as well, and are refused like all others.
_NOWHERE = "asset:page"


def _laid_out(html: str) -> weasyprint.Document:
    letters, fetcher = FontConfiguration(), PackagedAssets()
    typefaces = weasyprint.CSS(url="asset:typefaces.css", url_fetcher=fetcher, font_config=letters)
    return weasyprint.HTML(string=html, base_url=_NOWHERE, url_fetcher=fetcher).render(
        font_config=letters,
        stylesheets=[typefaces],
        pdf_tags=True,
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


def _list_each_attachment_once(_: weasyprint.Document, pdf: pydyf.PDF) -> None:
    """WeasyPrint writes each file twice into the list of associated files."""
    if listed := pdf.catalog.get("AF"):
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(listed))
