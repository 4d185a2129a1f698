"""PDF out: archival and accessible files from HTML, the same bytes each time, signed on request.

The engine is loaded when the first file is made: a process that only answers pages never needs
it, starts in a third of the time and is lighter by all of its libraries.
"""

from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from app.core.pdf.attachment import Attachment
from app.core.pdf.parts import Progress, silent

if TYPE_CHECKING:
    from app.core.pdf.assets import AssetRefused
    from app.core.pdf.glyphs import UndrawableText, undrawable

_LATER = {"AssetRefused": "assets", "UndrawableText": "glyphs", "undrawable": "glyphs"}


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
    progress: Progress = silent,
) -> bytes:
    """Return the PDF of a complete HTML page: see `app.core.pdf.rendering.render`."""
    from app.core.pdf import rendering  # noqa: PLC0415 - the engine takes most of a second to load

    about = rendering.About(title, author, subject, language, instant, identifier)
    return rendering.render(html, about, attachments, progress)


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's names are of any type
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)


__all__ = [
    "AssetRefused",
    "Attachment",
    "Progress",
    "UndrawableText",
    "render",
    "silent",
    "undrawable",
]
