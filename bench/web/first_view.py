"""What a browser fetches for its first view of a page: requests and kilobytes on the wire."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

Fetch = Callable[[str], bytes]  # path with query -> body

_LATIN_EXTENDED = re.compile("[\u0100-\u0130\u0132-\u0151\u0154-\u024f\u1e00-\u1eff]")
_FACE = re.compile(r"@font-face\s*{[^}]*?url\([\"']?([^\"')]+)[^}]*?}", re.DOTALL)
_BESIDE_TEXT = re.compile(r"url\([\"']?([^\"')]+)")
_LAZY = re.compile(r"\[\"\[(data-[a-z-]+)\]\", \"([a-z]+)\"\]")
_PACKED = re.compile(r"\.(woff2|png|jpe?g|webp|pdf)$")


class _Named(HTMLParser):
    """Collects the addresses a page makes its browser fetch, and the attributes it carries."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.elements = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        self.elements += 1
        self.attributes |= set(has)
        address = has.get("src")
        if tag == "link" and set((has.get("rel") or "").split()) & {
            "stylesheet",
            "icon",
            "preload",
            "modulepreload",
            "manifest",
        }:
            address = has.get("href")
        if tag in {"link", "script", "img", "iframe", "source", "video", "audio"} and address:
            self.addresses.append(address)


@dataclass(frozen=True, slots=True)
class FirstView:
    """`wire` counts bodies in bytes, text packed by gzip as server or proxy sends it."""

    requests: int
    wire: int
    hosts: frozenset[str]
    elements: int
    page_wire: int


def first_view(path: str, fetch: Fetch) -> FirstView:
    """Follow a page to its style, fonts, icon, script and the modules it asks for."""
    html = fetch(path).decode()
    named = _Named()
    named.feed(html)
    todo, seen, hosts = list(dict.fromkeys(named.addresses)), {}, set()
    while todo:
        address = urljoin(path, todo.pop(0))
        if urlsplit(address).scheme == "data" or address in seen:
            continue
        if host := urlsplit(address).netloc:
            hosts.add(host)
            continue
        seen[address] = body = fetch(address)
        name = urlsplit(address).path
        if name.endswith(".css"):
            todo += [urljoin(address, each) for each in _of_style(body.decode(), html)]
        elif name.endswith(".js"):
            query = urlsplit(address).query
            todo += [
                urljoin(address, f"{module}.js") + (f"?{query}" if query else "")
                for hook, module in _LAZY.findall(body.decode())
                if hook in named.attributes
            ]
    page = len(gzip.compress(html.encode(), 6))
    wire = page + sum(_wire(address, body) for address, body in seen.items())
    return FirstView(1 + len(seen), wire, frozenset(hosts), named.elements, page)


def _of_style(css: str, html: str) -> list[str]:
    """Return what a style sheet fetches: of the fonts only those whose letters the page has."""
    fonts = _FACE.findall(css)
    wanted = [font for font in fonts if "-ext" not in font or _LATIN_EXTENDED.search(html)]
    other = [url for url in _BESIDE_TEXT.findall(_FACE.sub("", css)) if not url.startswith("data:")]
    return [*wanted, *other]


def _wire(address: str, body: bytes) -> int:
    packed = _PACKED.search(urlsplit(address).path)
    return len(body) if packed else len(gzip.compress(body, 6))
