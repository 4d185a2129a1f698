"""PDF out: archival and accessible files from HTML, the same bytes each time, signed on request."""

from app.core.pdf.assets import AssetRefused
from app.core.pdf.glyphs import UndrawableText, undrawable
from app.core.pdf.render import Attachment, render

__all__ = ["AssetRefused", "Attachment", "UndrawableText", "render", "undrawable"]
