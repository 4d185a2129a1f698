"""Which letters can be drawn here: a missing one would print as a box and break PDF/A."""

import ctypes
import html
import unicodedata
from functools import cache

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from app.core.pdf.assets import packaged_assets

_INVISIBLE = frozenset({"Cf", "Zl", "Zp"})
_NEVER = frozenset({"Cc", "Cn", "Co", "Cs"})
_LAYOUT = frozenset("\t\n\r")
_SHOWN_AROUND = 20


class UndrawableText(ValueError):  # noqa: N818 - it says what is wrong
    """The text holds characters that no font of this machine can draw."""


def undrawable(text: str) -> tuple[str, ...]:
    """Return the characters of `text` that no shipped or installed font draws, each once, sorted.

    Ask before accepting a name or title, so that nobody meets the refusal on the day of awards.
    """
    return tuple(sorted(letter for letter in set(text) if not _drawable(letter)))


def require_drawable(source: str) -> None:
    """Raise UndrawableText, naming character and place, unless all of an HTML text can be drawn."""
    text = html.unescape(source)
    if missing := undrawable(text):
        told = "; ".join(_tell(letter, text) for letter in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""  # noqa: PLR2004
        raise UndrawableText(
            f"No font here can draw {told}{more}. Correct the text, or install a font that has "
            "it (on Debian fonts-noto-core, and fonts-noto-cjk for Chinese, Japanese and Korean)."
        )


def _tell(letter: str, text: str) -> str:
    at = text.index(letter)
    around = text[max(0, at - _SHOWN_AROUND) : at + _SHOWN_AROUND]
    shown = " ".join("".join(c if c.isprintable() else " " for c in around).split())
    name = unicodedata.name(letter, "a character without a name")
    return f"U+{ord(letter):04X} ({name}) in “{shown}”"


def _drawable(letter: str) -> bool:
    category = unicodedata.category(letter)
    if letter in _LAYOUT or category in _INVISIBLE or _is_variation_selector(letter):
        return True
    return category not in _NEVER and (ord(letter) in _shipped() or _installed(ord(letter)))


def _is_variation_selector(letter: str) -> bool:
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"


@cache
def _shipped() -> frozenset[int]:
    """Code points of the packaged typefaces that exist in each weight they are drawn in."""
    covered: dict[str, set[int]] = {}
    for url, file in packaged_assets().items():
        if url.endswith(".ttf"):
            family = file.name.partition("-")[0]
            with file.open("rb") as opened, TTFont(opened, lazy=True) as font:
                points = set(font.getBestCmap() or ())
            covered[family] = covered.get(family, points) & points
    return frozenset().union(*covered.values())


@cache
def _installed(point: int) -> bool:
    """Tell whether fontconfig, which Pango falls back to, knows a scalable font with the point."""
    library = _fontconfig()
    pattern = library.FcNameParse(f":charset={point:x}:scalable=true".encode())
    wanted = library.FcObjectSetCreate()
    found = library.FcFontList(None, pattern, wanted)
    try:
        return bool(found.contents.nfont > 0)
    finally:
        library.FcFontSetDestroy(found)
        library.FcObjectSetDestroy(wanted)
        library.FcPatternDestroy(pattern)


class _FontSet(ctypes.Structure):
    _fields_ = [("nfont", ctypes.c_int), ("sfont", ctypes.c_int), ("fonts", ctypes.c_void_p)]


@cache
def _fontconfig() -> ctypes.CDLL:
    library = ctypes.CDLL("libfontconfig.so.1")
    pointer, found = ctypes.c_void_p, ctypes.POINTER(_FontSet)
    for name, result, arguments in (
        ("FcNameParse", pointer, [ctypes.c_char_p]),
        ("FcObjectSetCreate", pointer, []),
        ("FcFontList", found, [pointer, pointer, pointer]),
        ("FcFontSetDestroy", None, [found]),
        ("FcObjectSetDestroy", None, [pointer]),
        ("FcPatternDestroy", None, [pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
