"""What an invariant is: a name, a sentence that must hold, and a search for where it does not."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.exc import InvalidRequestError

from app.core.db import db

Search = Callable[[], Iterable[object]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """`search` yields what breaks the sentence: an id, or a text that names the place."""

    name: str
    sentence: str
    search: Search

    def findings(self) -> list[str]:
        """Return what breaks the sentence; data too broken to be searched is a finding too."""
        found: list[str] = []
        try:
            found.extend(str(one) for one in self.search())
        except (LookupError, ValueError, TypeError, ArithmeticError, InvalidRequestError) as error:
            found.append(f"cannot be told: {type(error).__name__}: {error}")
        return found


INVARIANTS: dict[str, Invariant] = {}


def invariant(name: str, sentence: str) -> Callable[[Search], Search]:
    """Register a search that yields what breaks `sentence`."""

    def register(search: Search) -> Search:
        if name in INVARIANTS:
            raise ValueError(f"two invariants are called {name}")
        INVARIANTS[name] = Invariant(name, sentence, search)
        return search

    return register


def no_rows(name: str, sentence: str, query: Callable[[], Select[Any]]) -> None:
    """Register a query of one column whose every row breaks `sentence`."""

    def search() -> Iterator[object]:
        yield from db.session.scalars(query())

    invariant(name, sentence)(search)
