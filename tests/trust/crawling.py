"""A reader who opens everything: every page, link, form and export they can find or guess."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from app.core.web import EquipoiseApp
from tests.browser_client import Browser

LINKS = re.compile(
    r'(?:href|src|action|formaction|data-[\w-]*url)="(/[^"#]*)|<loc>https?://[^/<]+(/[^<]*)'
)
NEVER = ("/sign-out", "/static/", "/logout")  # ends the visit; the same for everybody


def pages_without_arguments(app: EquipoiseApp) -> list[str]:
    """Return every address that needs nothing to be known."""
    return sorted(
        str(rule.rule)
        for rule in app.url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ()) and rule.endpoint != "static"
    )


def pages_of(app: EquipoiseApp, known: dict[str, Iterable[str]]) -> list[str]:
    """Return every address that names things, for all of the things that are `known`."""
    found = set()
    adapter = app.url_map.bind("")
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or "GET" not in (rule.methods or ()) or not rule.arguments:
            continue
        sets: list[dict[str, str]] = [{}]
        for name in sorted(rule.arguments):
            sets = [{**one, name: value} for one in sets for value in known.get(name, ())]
        for one in sets[:400]:
            found.add(adapter.build(rule.endpoint, one, method="GET"))
    return sorted(found)


def crawl(
    browser: Browser, starts: Iterable[str], most: int = 100_000
) -> Iterator[tuple[str, TestResponse]]:
    """Open `starts` and whatever they lead to, each once, breadth first."""
    waiting = list(dict.fromkeys(starts))
    known = set(waiting)
    while waiting and most:
        address = waiting.pop(0)
        answer = browser.get(address)
        most -= 1
        yield address, answer
        answer.close()
        for found in _links(answer):
            if found not in known and not found.startswith(NEVER):
                known.add(found)
                waiting.append(found)


def _links(answer: TestResponse) -> Iterator[str]:
    place = answer.headers.get("Location", "")
    if place:
        parts = urlsplit(place)
        yield parts.path + (f"?{parts.query}" if parts.query else "")
    if answer.mimetype in {"text/html", "application/xml", "application/atom+xml"}:
        for one, other in LINKS.findall(answer.get_data(as_text=True)):
            yield unescape(one or other)
