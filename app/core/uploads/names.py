"""Find a person's own traces in the words of a document, for the person to look at."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

SHORTEST_LONE_NAME = 4  # "Li" alone would be found in every document; "Li Wei" is not
LONGEST_ACRONYM = 5
# Ordinary words that are family names somewhere: where a sentence begins they tell of nobody.
ORDINARY = frozenset((
    "a", "all", "an", "and", "any", "as", "at", "be", "but", "by", "can", "do", "due",
    "few", "for", "he", "her", "his", "how", "i", "if", "in", "it", "its", "may", "new",
    "no", "not", "now", "of", "old", "on", "one", "or", "our", "out", "see", "she", "so",
    "the", "to", "too", "two", "up", "use", "was", "we", "who", "why", "yes", "you",
))  # fmt: skip
BEGINS = re.compile(r"(?:^|[.!?:;\n]|\d\))[\s\"'(\u2018\u201c]*$")
AROUND = 40
MOST_HITS = 50  # for each needle and page; one is enough to open one's eyes
SEPARATOR = r"[\s\-.,_]*"
AT = r"\s*(?:@|[(\[{]\s*at\s*[)\]}])\s*"
DOT = r"\s*(?:\.|[(\[{]\s*dot\s*[)\]}])\s*"
# Letters that Unicode does not take apart into a base letter and a mark.
LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "ħ": "h",
    }
)
HYPHENS = dict.fromkeys(range(0x2010, 0x2016), "-") | {0x2212: "-"}
# Accents that stand beside their letter, as some typesetting programs leave them.
LOOSE_ACCENTS = frozenset(
    "\u00a8\u00af\u00b4\u00b8\u02c6\u02c7\u02d8\u02d9\u02da\u02db\u02dc\u02dd"
)
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
BROKEN_WORD = re.compile(r"(?<=\w)-[ \t]*\r?\n\s*(?=\w)")
IDEOGRAPH = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Kind(StrEnum):
    NAME = "name"
    EMAIL = "email"
    ORCID = "orcid"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Needle:
    """Something to look for, as its owner writes it."""

    kind: Kind
    value: str


@dataclass(frozen=True)
class Hit:
    """Where a needle was found; `page` counts from 1, `excerpt` is the text around it."""

    kind: Kind
    value: str
    page: int
    excerpt: str


def find_own_names(texts: Sequence[str], needles: Sequence[Needle]) -> list[Hit]:
    """Look for each needle on each page, whatever its case, accents, hyphens and line breaks.

    A name is found whole, turned round ("Okafor, Ngozi"), with initials ("N. Okafor"), and by its
    last part alone when that is long enough and written with a capital. A match is a warning, not
    a judgement: the same name may belong to an author in the references.
    """
    patterns = [(needle, pattern) for needle in needles if (pattern := _pattern(needle))]
    hits = []
    for page, text in enumerate(texts, start=1):
        folded, places = _folded(text)
        for needle, pattern in patterns:
            found = [
                match for match in pattern.finditer(folded) if _stands(needle, match, text, places)
            ]
            hits += [
                Hit(needle.kind, needle.value, page, _excerpt(text, places, match))
                for match in found[:MOST_HITS]
            ]
    return hits


def stands_short_name(text: str, needles: Iterable[Needle]) -> bool:
    """Whether a first or family name of two or three letters stands alone in `text`, with its
    capital. For words that everybody will read, where one name too many costs less than one too
    few; `find_own_names` passes them over."""
    folded, places = _folded(text)
    short = {
        word
        for needle in needles
        if needle.kind is Kind.NAME and len(words := _words(needle.value)) > 1
        for word in (words[0], words[-1])
        if 1 < len(word) < SHORTEST_LONE_NAME and not IDEOGRAPH.match(word)
    }
    for match in re.finditer(r"(?<!\w)\w{2,3}(?!\w)", folded):
        word, at = match.group(), places[match.start()]
        ordinary = word in ORDINARY and BEGINS.search(text[:at])
        if word in short and text[at].isupper() and not ordinary:
            return True
    return False


def worth_looking_for(text: str, needles: Iterable[Needle]) -> list[Needle]:
    """Return the needles of which a word stands in `text`: few of many, so that not each of
    thousands is made a pattern of. What `find_own_names` finds is among them."""
    plain = _folded(text)[0]
    return [
        needle
        for needle in needles
        if any(word in plain for word in re.split(r"[\s\-.,_@]+", _plain(needle.value)) if word)
        or any(map(IDEOGRAPH.match, needle.value))
    ]


def _folded(text: str) -> tuple[str, list[int]]:
    """Return `text` without case, accents and broken words, and where each character came from."""
    skipped = {
        at
        for pattern in (INVISIBLE, BROKEN_WORD)
        for match in pattern.finditer(text)
        for at in range(*match.span())
    }
    letters: list[str] = []
    places: list[int] = []
    for at, letter in enumerate(text):
        if at not in skipped:
            plain = _plain_letter(letter)
            letters.append(plain)
            places += [at] * len(plain)
    return "".join(letters), [*places, len(text)]


@cache
def _plain_letter(letter: str) -> str:
    return "" if letter in LOOSE_ACCENTS else _plain(letter)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(HYPHENS)).casefold()
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return bare.translate(LETTERS)


def _pattern(needle: Needle) -> re.Pattern[str] | None:
    value = " ".join(needle.value.split())
    match needle.kind:
        case Kind.EMAIL:
            body = _email(value)
        case Kind.ORCID:
            body = _orcid(value)
        case Kind.ORGANISATION:
            body = _organisation(value)
        case Kind.NAME:
            body = _name(value)
    return re.compile(body) if body else None


def _bounded(body: str) -> str:
    # Scripts without spaces have no word boundaries to ask for.
    return body if IDEOGRAPH.search(body) else rf"(?<!\w)(?:{body})(?!\w)"


def _words(value: str) -> list[str]:
    words = [word for word in re.split(r"[\s\-.,_]+", _plain(value)) if word]
    # Where words are written without spaces, a space may still fall anywhere.
    return list("".join(words)) if all(map(IDEOGRAPH.match, words)) else words


def _joined(words: Sequence[str]) -> str:
    return SEPARATOR.join(re.escape(word) for word in words)


def _email(value: str) -> str | None:
    local, at, domain = _plain(value).partition("@")
    if not (at and local and domain):
        return None
    spread = [DOT.join(re.escape(part) for part in half.split(".")) for half in (local, domain)]
    return rf"(?<![\w.+-]){AT.join(spread)}(?!\w)"


def _orcid(value: str) -> str | None:
    found = re.search(r"(?:\d[\s\-]*){15}[\dx]", _plain(value))
    if not found:
        return None
    digits = re.sub(r"[\s\-]", "", found.group())
    return _bounded(r"[\s\-]*".join(digits))


def _organisation(value: str) -> str | None:
    words = _words(value)
    if words[:1] == ["the"] and len(words) > 1:
        words = words[1:]
    return _bounded(_joined(words)) if sum(map(len, words)) > 1 else None


def _name(value: str) -> str | None:
    words = _words(value)
    if len(words) == 1:
        return _bounded(_joined(words)) if len(words[0]) > 1 else None
    if not words:
        return None
    *given, family = words
    ways = [
        _joined(words),
        _joined([family, *given]),
        _joined([given[0], family]),
        _joined([family, given[0]]),
        _with_initials(given, family),
    ]
    if IDEOGRAPH.match(family):
        return ways[0]
    if len(family) >= SHORTEST_LONE_NAME:
        ways.append(f"(?P<alone>{re.escape(family)})")
    return _bounded("|".join(ways))


def _with_initials(given: Sequence[str], family: str) -> str:
    """Match "N. Okafor", "N. C. Okafor", "Ngozi C. Okafor" and "Okafor N.C."."""
    first, rest = re.escape(given[0]), [word[0] for word in given[1:]]
    initials = rf"(?:{first}|{re.escape(given[0][0])}\.?)"
    more = "".join(rf"(?:[\s\-]*{re.escape(letter)}\.?)?" for letter in rest)
    name = re.escape(family)
    return rf"{initials}{more}[\s\-]+{name}|{name},?\s+{re.escape(given[0][0])}\.?{more}"


def _stands(needle: Needle, match: re.Match[str], text: str, places: list[int]) -> bool:
    """Ask a lone family name for its capital, and a short acronym for all of them."""
    written = text[places[match.start()] : places[match.end() - 1] + 1]
    if "alone" in match.re.groupindex and match.group("alone"):
        return not written[0].islower()
    if needle.value.isupper() and len(needle.value) <= LONGEST_ACRONYM:
        return written.isupper()
    return True


def _excerpt(text: str, places: list[int], match: re.Match[str]) -> str:
    start, end = places[match.start()], places[match.end() - 1] + 1
    left, right = max(0, start - AROUND), min(len(text), end + AROUND)
    around = " ".join(text[left:right].split())
    return f"{'…' if left else ''}{around}{'…' if right < len(text) else ''}"
