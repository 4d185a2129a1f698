"""Long documents in parts: where a page is cut, and what one part needs to know of the others.

A template writes `CUT` where a part may end and the next begins on a new page. Each part is laid
out by itself, in a process of its own, and the parts are joined to one file (joining.py).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

CUT = "<!-- cut -->"
Progress = Callable[[int, int], None]  # so many of so many steps are done
_ANCHOR = re.compile(r'\bid="([^"]+)"')
_IN_CONTENTS = re.compile(r'<a href="#([^"]+)">')
# Numbers are drawn once all parts are there: nobody knows before how many pages there are. In the
# contents, what stands in another part is told by `data-page` instead of being counted.
_FOREIGN_PAGES = """<style>
nav li a[data-page]::after { content: leader(" ") attr(data-page) }
</style>
</head>"""
_NUMBERS_ONLY = """<style>
@page {
  background: none;
  @top-left { content: none; border: none }
  @top-right { content: none; border: none }
  @bottom-left { content: none }
  @bottom-right { content: string(number) }
}
.number { string-set: number attr(data-number); break-after: page }
</style>
</head>"""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a document as a page of HTML of its own."""

    place: int
    html: str
    elsewhere: frozenset[str] = field(default_factory=frozenset)  # anchors in other parts


def silent(_done: int, _of: int) -> None:
    """Tell nobody how far it is."""


def is_long(html: str) -> bool:
    return CUT in html


def split(html: str) -> list[Part]:
    """Return the parts of a document, each with the head of the whole."""
    head, opening, rest = html.partition("<body>")
    body, closing, end = rest.rpartition("</body>")
    head = head.replace("</head>", _FOREIGN_PAGES, 1)
    pieces = body.split(CUT)
    anchors = [frozenset(_ANCHOR.findall(piece)) for piece in pieces]
    everywhere = frozenset().union(*anchors)
    return [
        Part(place, f"{head}{opening}{piece}{closing}{end}", everywhere - own)
        for place, (piece, own) in enumerate(zip(pieces, anchors, strict=True))
    ]


def with_pages(part: Part, pages: dict[str, int]) -> Part:
    """Return a part whose contents tell on which page of the whole each anchor elsewhere is."""

    def told(link: re.Match[str]) -> str:
        page = pages.get(link[1]) if link[1] in part.elsewhere else None
        return link[0] if page is None else f'<a href="#{link[1]}" data-page="{page}">'

    return Part(part.place, _IN_CONTENTS.sub(told, part.html), part.elsewhere)


def numbers(html: str, numbered: list[int], total: int) -> str:
    """Return a page of HTML that draws only the page numbers, in the look of the document."""
    head = html[: html.index("</head>")] + _NUMBERS_ONLY
    pages = "".join(f'<p class="number" data-number="{n} / {total}"></p>\n' for n in numbered)
    return f"{head}\n<body>\n{pages}</body>\n</html>"
