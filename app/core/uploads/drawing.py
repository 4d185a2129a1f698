"""Rewrite the drawing commands of a page so that only drawing is left: no remarks, no labels."""

import re
import warnings
from collections.abc import Sequence

import pikepdf
from pikepdf import ContentStreamInlineImage, Name, Operator

# ISO 32000-2 Annex A; marked content (BMC BDC EMC MP DP) is treated on its own below.
DRAWING = {
    *("b", "B", "b*", "B*", "BI", "BT", "BX", "c", "cm", "CS", "cs", "d", "d0", "d1", "Do"),
    *("EI", "ET", "EX", "f", "F", "f*", "G", "g", "gs", "h", "i", "ID", "j", "J", "K", "k", "l"),
    *("m", "M", "n", "q", "Q", "re", "RG", "rg", "ri", "s", "S", "SC", "sc", "SCN", "scn", "sh"),
    *("T*", "Tc", "Td", "TD", "Tf", "Tj", "TJ", "TL", "Tm", "Tr", "Ts", "Tw", "Tz", "v", "w"),
    *("W", "W*", "y", "'", '"'),
}
LAYER = "/OC"
BARE = re.compile(rb"%|<<|\bBI\b|\b[BD]DC\b|\b[MD]P\b")
LARGE = 2_000_000
INLINE_KEYS = {
    *("/BPC", "/BitsPerComponent", "/CS", "/ColorSpace", "/D", "/Decode", "/DP", "/DecodeParms"),
    *("/F", "/Filter", "/H", "/Height", "/IM", "/ImageMask", "/I", "/Interpolate", "/W", "/Width"),
    *("/Intent", "/L", "/Length"),
}


Command = (
    pikepdf.ContentStreamInstruction
    | ContentStreamInlineImage
    | tuple[Sequence[pikepdf.Object], Operator]
)


class UnreadableDrawing(ValueError):  # noqa: N818 — read as a fact
    """The commands of this page cannot be told apart."""


def clean_drawing(pdf: pikepdf.Pdf, data: bytes) -> bytes:
    """Return the same drawing without comments, alternative texts, tags and unknown commands."""
    if len(data) > LARGE and not BARE.search(data):
        return data  # a map of a million lines: nothing in it to take out, and too much to hold
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            commands = pikepdf.parse_content_stream(pikepdf.Stream(pdf, data))
    except (pikepdf.PdfError, ValueError, TypeError) as error:
        raise UnreadableDrawing(str(error)) from error
    kept: list[Command] = []
    for command in commands:
        if isinstance(command, ContentStreamInlineImage):
            kept.append(_inline(pdf, command))
        elif (said := _said(command)) is not None:
            kept.append(said)
    return pikepdf.unparse_content_stream(kept)


def _said(command: pikepdf.ContentStreamInstruction) -> Command | None:
    word = str(command.operator)
    if word in DRAWING or word == "EMC":
        return command
    if word not in ("BDC", "BMC"):
        return None
    tag, *properties = command.operands or [Name.Span]
    if str(tag) == LAYER and properties and isinstance(properties[0], Name):
        return command
    return ([Name.Span], Operator("BMC"))  # keeps the pairing with EMC


def _inline(pdf: pikepdf.Pdf, command: ContentStreamInlineImage) -> Command:
    """Write an inline picture anew when it has keys that drawing does not need."""
    picture = command.iimage
    entries = list(picture._image_object)  # noqa: SLF001 — the only way to its raw keys
    pairs = list(zip(entries[::2], entries[1::2], strict=False))
    kept = [part for key, value in pairs if str(key) in INLINE_KEYS for part in (key, value)]
    if len(kept) == len(entries):
        return command
    header = pikepdf.unparse_content_stream([(kept, Operator("ID"))])
    drawing = b"BI " + header + b" " + picture.read_raw_bytes() + b"\nEI"
    (lean,) = pikepdf.parse_content_stream(pikepdf.Stream(pdf, drawing))
    return lean
