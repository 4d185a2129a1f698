"""The feed of calls (Atom, RFC 4287)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from app.calls.models import Amendment, Call
from app.core.words import _

ATOM = "http://www.w3.org/2005/Atom"
EMPTY_SINCE = datetime(2026, 1, 1, tzinfo=UTC)  # when a feed without entries was last changed


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    title: str
    summary: str
    url: str
    opens_at: datetime
    closes_at: datetime
    changed_at: datetime


def changed_at(call: Call, amendments: Sequence[Amendment], now: datetime) -> datetime:
    """Return when readers last learnt something new: at an amendment, or when it opened."""
    opened = call.opens_at if call.opens_at <= now else EMPTY_SINCE
    return max([opened, *(amendment.made_at for amendment in amendments)])


def atom(entries: Sequence[Entry], *, title: str, own_url: str, page_url: str) -> str:
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", own_url)
    _add(feed, "title", _("Calls of %(organisation)s", organisation=title))
    _add(feed, "updated", _when(max((e.changed_at for e in entries), default=EMPTY_SINCE)))
    _link(feed, own_url, rel="self")
    _link(feed, page_url)
    _add(_add(feed, "author"), "name", title)
    for entry in entries:
        item = _add(feed, "entry")
        _add(item, "id", f"urn:equipoise:call:{entry.id}")
        _add(item, "title", entry.title)
        _add(item, "updated", _when(entry.changed_at))
        _link(item, entry.url)
        dates = _(
            "Opens %(opens)s, closes %(closes)s (UTC).",
            opens=f"{entry.opens_at.astimezone(UTC):%Y-%m-%d %H:%M}",
            closes=f"{entry.closes_at.astimezone(UTC):%Y-%m-%d %H:%M}",
        )
        _add(item, "summary", f"{dates} {entry.summary}")
    return ET.tostring(feed, encoding="unicode", xml_declaration=True)


def _add(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = "".join(c for c in text if c >= " " or c in "\n\t") or None
    return child


def _link(parent: ET.Element, url: str, **more: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}link", {"href": url, **more})


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
