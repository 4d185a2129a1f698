"""A page can reach nothing: no network, no file, whichever way and address it tries."""
# ruff: noqa: E501 - one way a line reads best

import http.server
import socketserver
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import weasyprint

from app.core.pdf import AssetRefused, render

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
WAYS = {
    "stylesheet link": '<link rel="stylesheet" href="{url}">',
    "import of a url": '<style>@import url("{url}");</style>',
    "import of a string": '<style>@import "{url}";</style>',
    "font": '<style>@font-face {{ font-family: F; src: url("{url}") }} p {{ font-family: F }}</style>',
    "second font": '<style>@font-face {{ font-family: F; src: local("No"), url("{url}") }}</style>',
    "background": '<p style="background: url({url})">x</p>',
    "background image set": '<p style="background-image: image-set(url({url}) 1x)">x</p>',
    "list mark": '<ul style="list-style-image: url({url})"><li>x</li></ul>',
    "generated content": '<style>p::before {{ content: url("{url}") }}</style><p>x</p>',
    "border image": '<p style="border: 9px solid; border-image: url({url}) 3">x</p>',
    "mask": '<p style="mask-image: url({url})">x</p>',
    "cursor": '<p style="cursor: url({url}), auto">x</p>',
    "shape": '<p style="float: left; shape-outside: url({url})">x</p>',
    "page background": '<style>@page {{ background: url("{url}") }}</style>',
    "page margin": '<style>@page {{ @top-left {{ content: url("{url}") }} }}</style>',
    "footnote": '<style>i {{ float: footnote }} i::footnote-call {{ content: url("{url}") }}</style><i>x</i>',
    "running words": '<style>h1 {{ string-set: s url("{url}") }}</style>',
    "counter": '<style>@counter-style c {{ system: cyclic; symbols: url("{url}") }} ol {{ list-style: c }}</style><ol><li>x</ol>',
    "colour profile": '<style>@color-profile --c {{ src: url("{url}") }} p {{ color: color(--c 1 0 0) }}</style>',
    "conditional import": '<style>@media print {{ @import url("{url}"); }} @import url("{url}") print;</style>',
    "image": '<img alt="x" src="{url}">',
    "image set": '<img alt="x" srcset="{url} 1x" src="{url}">',
    "picture": '<picture><source srcset="{url}"><img alt="x" src="{url}"></picture>',
    "object": '<object data="{url}">x</object>',
    "embed": '<embed src="{url}">',
    "frame": '<iframe src="{url}"></iframe>',
    "image button": '<input type="image" alt="x" src="{url}">',
    "video poster": '<video poster="{url}" src="{url}"></video>',
    "audio": '<audio src="{url}"></audio>',
    "script": '<script src="{url}"></script>',
    "body background": '<table background="{url}"><tr><td background="{url}">x</table>',
    "icon": '<link rel="icon" href="{url}"><link rel="preload" as="image" href="{url}">',
    "base": '<base href="{url}"><img alt="x" src="x.png"><link rel="stylesheet" href="x.css">',
    "refresh": '<meta http-equiv="refresh" content="0; url={url}">',
    "attachment link": '<link rel="attachment" href="{url}">',
    "attachment anchor": '<a rel="attachment" href="{url}">x</a>',
    "svg image": SVG + ' width="9" height="9"><title>x</title><image href="{url}" width="9" height="9"/></svg>',
    "svg image, old": SVG
    + ' width="9" height="9"><title>x</title><image xlink:href="{url}" width="9" height="9"/></svg>',
    "svg use": SVG + '><title>x</title><use href="{url}#a"/><use xlink:href="{url}#a"/></svg>',
    "svg style": SVG + '><title>x</title><style>@import url("{url}");</style><path d="M0 0h9"/></svg>',
    "svg font": SVG
    + '><title>x</title><style>@font-face {{ font-family: F; src: url("{url}") }}</style><text font-family="F">x</text></svg>',
    "svg fill": SVG + '><title>x</title><rect width="9" height="9" fill="url({url}#a)"/></svg>',
    "svg filter": SVG
    + '><title>x</title><filter id="f"><feImage href="{url}"/></filter><rect width="9" height="9" filter="url(#f)"/></svg>',
    "svg mask": SVG
    + '><title>x</title><rect width="9" height="9" mask="url({url}#m)" clip-path="url({url}#c)"/></svg>',
    "svg marker": SVG + '><title>x</title><path d="M0 0h9" marker-start="url({url}#m)"/></svg>',
    "svg gradient": SVG
    + '><title>x</title><linearGradient id="g" href="{url}#g"/><rect width="9" height="9" fill="url(#g)"/></svg>',
    "svg pattern": SVG
    + '><title>x</title><pattern id="p" href="{url}#p"/><rect width="9" height="9" fill="url(#p)"/></svg>',
    "svg text path": SVG + '><title>x</title><text><textPath href="{url}#p">x</textPath></text></svg>',
    "svg html": SVG
    + '><title>x</title><foreignObject width="9" height="9"><img alt="x" src="{url}"/></foreignObject></svg>',
    "svg script": SVG + '><title>x</title><script href="{url}"/></svg>',
}  # fmt: skip
CANARY = b"ZQ0042Kcafebabe"


class Watch:
    """Sees every connection and file that this process opens while it is switched on."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] | None = None
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.seen is None:
            return
        if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}:
            self.seen.append((event, str(arguments[1:])))
        elif event == "open" and "canary" in str(arguments[0]):
            self.seen.append((event, str(arguments[0])))


@pytest.fixture(scope="module")
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    watch.seen = None


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "canary.svg"
    path.write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg"><!--' + CANARY + b"--></svg>")
    return path


@pytest.fixture(scope="module")
def listener(canary: Path) -> Iterator[tuple[int, list[str]]]:
    """Answer every request with a redirect to the canary, and keep what was asked."""
    asked: list[str] = []

    class Redirect(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", canary.as_uri())
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with socketserver.TCPServer(("127.0.0.1", 0), Redirect) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.server_address[1], asked
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def addresses(listener: tuple[int, list[str]], canary: Path) -> dict[str, str]:
    port, _ = listener
    inside = f"%3Cimage xmlns='http://www.w3.org/2000/svg' href='http://127.0.0.1:{port}/'/%3E"
    return {
        "http": f"http://127.0.0.1:{port}/a.svg",
        "https": f"https://127.0.0.1:{port}/a.svg",
        "file": canary.as_uri(),
        "ftp": f"ftp://127.0.0.1:{port}/a.svg",
        "data": f"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E{inside}%3C/svg%3E",
        "redirect to file": f"http://127.0.0.1:{port}/to-file.svg",
        "protocol relative": f"//127.0.0.1:{port}/a.svg",
        "IPv6": f"http://[::1]:{port}/a.svg",
        "decimal": f"http://2130706433:{port}/a.svg",
    }


def _try(way: str, url: str) -> bytes:
    page = (
        f'<!doctype html><html lang="en"><title>x</title>{WAYS[way].format(url=url)}<p>x</p></html>'
    )
    with suppress(AssetRefused):
        return render(
            page,
            title="x",
            author="x",
            subject="x",
            language="en",
            instant=datetime(2026, 6, 18, tzinfo=UTC),
            identifier=b"0123456789abcdef",
        )
    return b""


def _holds_canary(pdf: bytes) -> bool:
    return CANARY in pdf or any(CANARY in stream for stream in _streams(pdf))


def _streams(pdf: bytes) -> Iterator[bytes]:
    for part in pdf.split(b"stream\n")[1:]:
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(part)


def test_the_table_is_as_large_as_promised(addresses: dict[str, str]) -> None:
    assert len(WAYS) >= 40
    assert len(addresses) == 9


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_reached(
    way: str, addresses: dict[str, str], watch: Watch, listener: tuple[int, list[str]]
) -> None:
    before = len(listener[1])
    for url in addresses.values():
        watch.seen = []
        try:
            pdf = _try(way, url)
        finally:
            seen, watch.seen = watch.seen, None

        assert seen == [], url
        assert not _holds_canary(pdf), url
    assert len(listener[1]) == before


def test_the_watch_sees_what_an_ordinary_renderer_reaches(
    addresses: dict[str, str], watch: Watch, canary: Path
) -> None:
    """A control: the same pages, with WeasyPrint's own fetcher, do reach out."""
    connected = _reached(watch, lambda: _ordinary("image", addresses["http"]))
    opened = _reached(watch, lambda: _ordinary("attachment link", canary.as_uri()))

    assert "socket.connect" in {event for event, _ in connected}
    assert {event for event, _ in opened} == {"open"}
    assert _holds_canary(_ordinary("attachment link", canary.as_uri()))


def _reached(watch: Watch, act: Callable[[], object]) -> list[tuple[str, str]]:
    watch.seen = []
    try:
        act()
    finally:
        seen, watch.seen = watch.seen, None
    return seen


def _ordinary(way: str, url: str) -> bytes:
    pdf: bytes = weasyprint.HTML(string=WAYS[way].format(url=url)).write_pdf()
    return pdf
