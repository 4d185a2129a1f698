"""Canaries: tokens that belong to one person, and a search that finds them in any spelling.

A token looks like `ZQ0042K1a2b3c4d`. The search unpacks what is packed (PDF, zip, XLSX, gzip,
letters) and knows nineteen ways to write a token. It looks for all tokens at once.
"""

import base64
import codecs
import gzip
import hashlib
import quopri
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from io import BytesIO

from tests.trust.pdf_tokens import pieces_of

LOOK = re.compile(rb"ZQ\d{4}K[0-9a-f]{8}", re.IGNORECASE)
MOST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Token:
    """A value that tells who somebody is: whose it is, and what of theirs (`name`, `email` …)."""

    text: str
    owner: str
    kind: str


def token_text(number: int) -> str:
    """Return the same token for the same number."""
    return f"ZQ{number:04d}K{hashlib.sha256(str(number).encode()).hexdigest()[:8]}"


def spellings(text: str) -> dict[str, bytes]:
    """Return the nineteen ways to write a token, by their names."""
    plain = text.encode()
    coded = {}
    for shift in range(3):  # base64 at each of its three alignments, without the shared edges
        block = base64.b64encode(b"\0" * shift + plain + b"\0" * 3)
        coded[f"base64 at {shift}"] = block[4 if shift else 0 : (shift + len(plain)) // 3 * 4]
    return {
        "plain": plain,
        "utf-16-be": text.encode("utf-16-be"),
        "utf-16-le": text.encode("utf-16-le"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        **coded,
        "percent": "".join(f"%{byte:02X}" for byte in plain).encode(),
        "entities": "".join(f"&#{ord(letter)};" for letter in text).encode(),
        "json": "".join(f"\\u{ord(letter):04x}" for letter in text).encode(),
        "quoted-printable": "".join(f"={byte:02X}" for byte in plain).encode(),
        "reversed": plain[::-1],
        "lower": plain.lower(),
        "upper": plain.upper(),
        "rot13": codecs.encode(text, "rot13").encode(),
        "md5": hashlib.md5(plain).hexdigest().encode(),
        "sha1": hashlib.sha1(plain).hexdigest().encode(),
        "sha256": hashlib.sha256(plain).hexdigest().encode(),
    }


HASHES = {"md5": 32, "sha1": 40, "sha256": 64}
HEXES = re.compile(rb"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})")


def _common(found: list[bytes]) -> bytes:
    """Return what all begin with: what the first and the last in order do."""
    first, last = min(found), max(found)
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]


class Search:
    """Finds any of many tokens in any of their spellings, in a few passes however many they are.

    Spellings of one kind begin alike, for tokens do: their common beginnings are looked for, then
    what stands there is looked up.
    """

    def __init__(self, tokens: Iterable[Token]) -> None:
        self._by_text = {one.text: one for one in tokens}
        self._spelt: dict[bytes, Token] = {}
        kinds: dict[str, list[bytes]] = {}
        for one in self._by_text.values():
            for kind, spelling in spellings(one.text).items():
                self._spelt[spelling] = one
                kinds.setdefault(kind, []).append(spelling)
        looked_up = {"plain", "lower", "upper", "reversed", *HASHES}
        begin = {_common(found) for kind, found in kinds.items() if kind not in looked_up}
        self._begin = re.compile(b"|".join(re.escape(one) for one in sorted(begin, key=len)[::-1]))
        self._lengths = {
            len(one) for kind, found in kinds.items() if kind not in looked_up for one in found
        }

    def find(self, data: bytes) -> set[Token]:
        """Return the tokens that can be read in `data` as it is."""
        found = set()
        for text in (data, data[::-1]):
            for match in LOOK.finditer(text):
                plain = match.group().decode().lower()
                one = self._by_text.get(f"ZQ{plain[2:6]}K{plain[7:]}")
                found |= {one} if one else set()
        for match in HEXES.finditer(data):
            one = self._spelt.get(match.group())
            found |= {one} if one else set()
        for match in self._begin.finditer(data):
            at = match.start()
            for length in self._lengths:
                one = self._spelt.get(data[at : at + length])
                found |= {one} if one else set()
        return found

    def find_deep(self, data: bytes, kind: str = "") -> set[Token]:
        """Return the tokens in `data` and in whatever is packed in it."""
        return set().union(*(self.find(piece) for piece in unpacked(data, kind)))


def unpacked(data: bytes, kind: str = "", depth: int = 0) -> Iterator[bytes]:
    """Yield `data` and what it holds: members of archives, objects of PDFs, parts of letters."""
    yield data
    if depth > 3:
        return
    if data[:1024].find(b"%PDF-") >= 0 and data[:2] != b"PK":  # a packed PDF begins like one
        for _place, piece in pieces_of(data):
            yield piece
    elif data[:2] == b"\x1f\x8b":
        yield from unpacked(gzip.decompress(data)[:MOST], kind, depth + 1)
    elif zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for member in archive.infolist():
                yield member.filename.encode() + b"\n" + member.comment
                yield from unpacked(archive.read(member)[:MOST], kind, depth + 1)
    elif kind == "message/rfc822":
        for part in message_from_bytes(data, policy=policy.default).walk():
            yield str(part.items()).encode()
            if not part.is_multipart():
                yield from unpacked(bytes(part.get_payload(decode=True) or b""), "", depth + 1)
                yield quopri.decodestring(data)


@dataclass
class Tally:
    """What was searched and what was found, for the sentence at the end."""

    answers: int = 0
    size: int = 0
    seen: dict[str, set[Token]] = field(default_factory=dict)  # by principal
    leaks: list[tuple[str, str, Token]] = field(default_factory=list)  # principal, address, token

    def note(self, who: str, where: str, found: Iterable[Token], allowed: "Allowed") -> None:
        self.answers += 1
        for one in found:
            self.seen.setdefault(who, set()).add(one)
            if not allowed(one, where):
                self.leaks.append((who, where, one))

    def entitled(self) -> set[Token]:
        return set().union(*self.seen.values()) if self.seen else set()


class Allowed:
    """Which tokens a principal may read: their own, those of `people`, and single ones."""

    def __init__(
        self, own: str = "", people: Mapping[str, frozenset[str] | None] | None = None
    ) -> None:
        self.own = own
        self.people = dict(people or {})  # owner -> kinds, None for every kind

    def __call__(self, one: Token, _where: str = "") -> bool:
        if one.owner == self.own:
            return True
        for key in (one.owner, "*"):
            if key in self.people:
                kinds = self.people[key]
                if kinds is None or one.kind in kinds:
                    return True
        return False


def head_bytes(headers: Iterable[tuple[str, str]]) -> bytes:
    return "\n".join(f"{name}: {value}" for name, value in headers).encode()
