"""The outline of a joined document: bookmarks of all parts, nested by their levels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.core.pdf.joining import Writer


@dataclass(slots=True)
class Bookmark:
    """A heading and where it is; its children are those of lower rank that follow."""

    level: int
    title: bytes
    at: bytes
    opened: bool
    number: int = 0
    children: list[Bookmark] = field(default_factory=list)


def outline(writer: Writer, bookmarks: list[Bookmark]) -> int:
    """Write the outline and return the number of its root."""
    root = Bookmark(0, b"", b"", opened=True)
    above = [root]
    for one in bookmarks:
        while above[-1].level >= one.level:
            above.pop()
        above[-1].children.append(one)
        above.append(one)
    root.number = writer.reserve()
    shown = _write_below(writer, root)
    ends = _ends(root)
    writer.write(root.number, b"<</Type /Outlines/Count %d" % shown + ends + b">>")
    return root.number


def _write_below(writer: Writer, parent: Bookmark) -> int:
    """Write the children of a bookmark; return how many lines of them an open outline shows."""
    for child in parent.children:
        child.number = writer.reserve()
    shown = len(parent.children)
    for place, child in enumerate(parent.children):
        below = _write_below(writer, child)
        shown += below if child.opened else 0
        data = b"<</Title " + child.title + b"/Dest " + child.at + b"/Parent %d 0 R" % parent.number
        if place:
            data += b"/Prev %d 0 R" % parent.children[place - 1].number
        if place + 1 < len(parent.children):
            data += b"/Next %d 0 R" % parent.children[place + 1].number
        if child.children:
            data += b"/Count %d" % (below if child.opened else -below) + _ends(child)
        writer.write(child.number, data + b">>")
    return shown


def _ends(parent: Bookmark) -> bytes:
    if not parent.children:
        return b""
    first, last = parent.children[0].number, parent.children[-1].number
    return b"/First %d 0 R/Last %d 0 R" % (first, last)
