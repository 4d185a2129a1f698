"""Long lists for programs: one page of what the asker may see, with the way to the others.

Pages have numbers; there is no order but the one of the list, so none by something hidden.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

from flask import g, request

from app.core.api.values import Says
from app.core.paging import pages_of

Row = TypeVar("Row")
Found = TypeVar("Found")
MOST = 100
LAST_PAGE = 99_999


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAsked:
    """Which part of a list is asked for."""

    page: Annotated[int, Says("Number of the page, from 1.", least=1, most=LAST_PAGE)] = 1
    per_page: Annotated[int, Says("Rows on a page.", least=1, most=MOST)] = 50


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """One page of a list."""

    items: Annotated[Sequence[Row], Says("The rows of this page.")]
    page: Annotated[int, Says("Number of this page, from 1.")]
    pages: Annotated[int, Says("How many pages there are.")]
    total: Annotated[int, Says("How many rows there are on all pages.")]


def listed(found: Sequence[Found], asked: PageAsked, row: Callable[[Found], Row]) -> Listed[Row]:
    """Return the page of `found` that is asked for; a page after the last one is empty."""
    start = (asked.page - 1) * asked.per_page
    shown = found[start : start + asked.per_page]
    return part(map(row, shown), len(found), asked)


def part(rows: Iterable[Row], total: int, asked: PageAsked) -> Listed[Row]:
    """Return rows that are one page already, and tell the ways to the others in `Link`."""
    pages = pages_of(total, asked.per_page)
    page_links(asked.page, pages)
    return Listed(tuple(rows), asked.page, pages, total)


def page_links(here: int, pages: int) -> None:
    """Tell the ways to other pages in the answer's `Link`."""
    near = {"first": 1, "prev": here - 1, "next": here + 1, "last": pages}
    links = [
        f'<{_address(page)}>; rel="{name}"' for name, page in near.items() if 1 <= page <= pages
    ]
    g.api_links = ", ".join(links)


def _address(page: int) -> str:
    others = {name: text for name, text in request.args.items() if name != "page"}
    return f"{request.path}?{urlencode({**others, 'page': page})}"
