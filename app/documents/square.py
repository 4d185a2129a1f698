"""The square that a telephone reads: where a document can be checked."""

from markupsafe import Markup


def square(address: str, title: str) -> Markup:
    """Return a QR code of `address` as SVG. `title` is what a screen reader says for it."""
    import segno  # noqa: PLC0415 - reports need it, pages do not

    code = segno.make(address, micro=False, error="m", boost_error=False)
    drawn = code.svg_inline(title=title, omitsize=True, border=0, svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704 - modules of black and white, and a title that is escaped
