"""Long lists on pages: the part that the address asks for, narrowed by words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import request

Row = TypeVar("Row")
PER_PAGE = 100
MOST_WORDS = 100  # characters looked for


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """One page of a list; `found` fit the words, of `everything`."""

    rows: Sequence[Row]
    page: int
    pages: int
    found: int
    everything: int
    words: str = ""
    name: str = "page"  # of its argument in the address: a page may hold two lists

    def url(self, page: int) -> str:
        """Return the address of another page of this list; the rest of the address stays."""
        others = {name: text for name, text in request.args.items() if name != self.name}
        if "words" in request.form:  # typed in the form around the list
            others["words"] = self.words
        return f"?{urlencode({**others, self.name: page})}"


def words_asked(name: str = "words") -> str:
    """Return the words in the address; those of a form that was sent come before them."""
    return request.form.get(name, request.args.get(name, ""))[:MOST_WORDS].strip()


def fits(told: str, words: str) -> bool:
    """Whether each of the words is in what a row tells its viewer."""
    folded = told.casefold()
    return all(word in folded for word in words.casefold().split())


def start_of(found: int, per: int = PER_PAGE, name: str = "page") -> tuple[int, int]:
    """Return the page that is asked for, within those there are, and where it starts."""
    text = request.args.get(name, "")
    asked = int(text) if text.isdecimal() and len(text) < 6 else 1  # noqa: PLR2004
    page = min(max(asked, 1), pages_of(found, per))
    return page, (page - 1) * per


def pages_of(found: int, per: int = PER_PAGE) -> int:
    """Return how many pages so many rows fill; a list without rows has one."""
    return max(-(-found // per), 1)


def part_of(
    rows: Sequence[Row],
    told: Callable[[Row], str] | None = None,
    *,
    per: int = PER_PAGE,
    name: str = "page",
) -> Part[Row]:
    """Return the page of a list that the address asks for. With `told`, words in the address
    narrow it by what that tells of a row: only what the row shows to whoever looks."""
    words = words_asked() if told else ""
    fitting = [row for row in rows if fits(told(row), words)] if told and words else rows
    page, start = start_of(len(fitting), per, name)
    pages = pages_of(len(fitting), per)
    shown = fitting[start : start + per]
    return Part(shown, page, pages, len(fitting), len(rows), words, name)
