"""What a page needs to be drawn, and therefore what is copied; everything else stays behind.

Each shape lists the keys of one kind of PDF object (ISO 32000-2, the table in the comment) and the
kind of what they hold. Kinds that are no shape: `plain` (numbers, names, booleans, arrays of
these), `text` (a string that drawing needs), `*kind` (a dictionary with free names). Strings
anywhere else are dropped: they are where names hide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PdfValue = Any  # a number, a truth value, or one of pikepdf's objects


@dataclass(frozen=True)
class Shape:
    """Keys and their kinds; `data` says how the bytes of a stream of this kind are treated."""

    keys: Mapping[str, str]
    data: str = "none"


def _shape(plain: str = "", *, data: str = "none", **keys: str) -> Shape:
    named = {f"/{key}": kind for key, kind in keys.items()}
    return Shape({**{f"/{key}": "plain" for key in plain.split()}, **named}, data)


SHAPES: dict[str, Shape] = {
    # 7.7.3.3 page; Contents and Annots are made separately
    "page": _shape(
        "Type MediaBox CropBox BleedBox TrimBox ArtBox Rotate UserUnit",
        Group="group",
        Resources="resources",
    ),
    # 7.8.3
    "resources": _shape(
        "ProcSet",
        ExtGState="*graphics state",
        ColorSpace="*colour space",
        Pattern="*pattern",
        Shading="*shading",
        XObject="*object",
        Font="*font",
        Properties="*layer",
    ),
    # 8.4.5; halftones (HT) only steer presses
    "graphics state": _shape(
        "Type LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK UseBlackPtComp",
        Font="font",
        SMask="soft mask",
        BG="function",
        BG2="function",
        UCR="function",
        UCR2="function",
        TR="function",
        TR2="function",
    ),
    "soft mask": _shape("Type S BC", G="object", TR="function"),
    # 8.10.3, 11.6.6
    "group": _shape("Type S I K", CS="colour space"),
    "form": _shape(
        "Type Subtype FormType BBox Matrix",
        data="drawing",
        Resources="resources",
        Group="group",
        OC="layer",
    ),
    # 8.9.5
    "picture": _shape(
        "Type Subtype Width Height BitsPerComponent Intent ImageMask Decode Interpolate "
        "SMaskInData Matte",
        data="picture",
        ColorSpace="colour space",
        Mask="object",
        SMask="object",
        OC="layer",
    ),
    # 8.7
    "tiling": _shape(
        "Type PatternType PaintType TilingType BBox XStep YStep Matrix",
        data="drawing",
        Resources="resources",
    ),
    "shading pattern": _shape(
        "Type PatternType Matrix", Shading="shading", ExtGState="graphics state"
    ),
    "shading": _shape(
        "ShadingType Background BBox AntiAlias Domain Matrix Coords Extend BitsPerCoordinate "
        "BitsPerComponent BitsPerFlag Decode VerticesPerRow",
        data="raw",
        ColorSpace="colour space",
        Function="function",
    ),
    # 7.10
    "function": _shape(
        "FunctionType Domain Range Size BitsPerSample Order Encode Decode C0 C1 N Bounds",
        data="raw",
        Functions="function",
    ),
    # 8.6.5
    "calibrated": _shape("WhitePoint BlackPoint Gamma Matrix Range"),
    "colour profile": _shape("N Range", data="colour profile", Alternate="colour space"),
    "colour table": _shape(data="raw"),
    "inks": _shape("Subtype", Colorants="*colour space", Process="ink process"),
    "ink process": _shape("Components", ColorSpace="colour space"),
    # 9.6 to 9.10
    "font": _shape(
        "Type Subtype BaseFont Name FirstChar LastChar Widths DW W DW2 W2 FontBBox FontMatrix",
        FontDescriptor="font descriptor",
        Encoding="encoding",
        ToUnicode="character map",
        DescendantFonts="font",
        CIDSystemInfo="character collection",
        CIDToGIDMap="glyph table",
        CharProcs="*glyph",
        Resources="resources",
    ),
    "encoding": _shape(
        "Type BaseEncoding Differences CMapName WMode",
        data="raw",
        CIDSystemInfo="character collection",
        UseCMap="character map",
    ),
    "character map": _shape(
        "Type CMapName WMode",
        data="raw",
        CIDSystemInfo="character collection",
        UseCMap="character map",
    ),
    "character collection": _shape("Supplement", Registry="text", Ordering="text"),
    "glyph table": _shape(data="raw"),
    "glyph": _shape(data="drawing"),
    "font descriptor": _shape(
        "Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading "
        "CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth",
        CharSet="text",
        FontFile="font file",
        FontFile2="font file",
        FontFile3="font file",
        CIDSet="glyph table",
    ),
    "font file": _shape("Length1 Length2 Length3 Subtype", data="font file"),
    # 7.4 parameters of filters
    "filter parameters": _shape(
        "Predictor Colors BitsPerComponent Columns EarlyChange K EndOfLine EncodedByteAlign Rows "
        "EndOfBlock BlackIs1 DamagedRowsBeforeError ColorTransform",
        JBIG2Globals="glyph table",
    ),
    # 8.11
    "layer group": _shape("Type Intent", Usage="layer usage"),
    "layer usage": _shape(View="layer state", Print="layer state", Export="layer state"),
    "layer state": _shape("ViewState PrintState ExportState Subtype"),
    "layer membership": _shape("Type P", OCGs="layer", VE="layer"),
    "layers": _shape(OCGs="layer", D="layer order"),
    "layer order": _shape("BaseState Intent", ON="layer", OFF="layer", AS="layer event"),
    "layer event": _shape("Event Category", OCGs="layer"),
    # 12.5.6.5, without what it points to; links.py adds the place inside this document
    "link": _shape("Type Subtype Rect Border C H F QuadPoints", BS="border", AP="appearance"),
    "border": _shape("Type W S D"),
    "appearance": _shape(N="object", D="object", R="object"),
}

COLOUR_SPACES: dict[str, tuple[str, ...]] = {
    "/CalGray": ("calibrated",),
    "/CalRGB": ("calibrated",),
    "/Lab": ("calibrated",),
    "/ICCBased": ("colour profile",),
    "/Indexed": ("colour space", "plain", "colour table"),
    "/Separation": ("plain", "colour space", "function"),
    "/DeviceN": ("plain", "colour space", "function", "inks"),
    "/Pattern": ("colour space",),
}
