"""Lines of a long table: a pattern, filled with the values of each row.

Where a table is drawn again after one row changed, the lines of the others stand (`Lines`).
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from threading import Lock
from typing import Any, NamedTuple

from markupsafe import escape

_BETWEEN = "\x1e"  # no text that people type holds it; where one does, the slow way is taken
_PLAIN = {str, int}  # exactly: of these alone, what is equal is written alike


class Column(NamedTuple):
    """The values of one column, and whether they are markup already."""

    values: Sequence[Any]
    escaped: bool = False

    @property
    def plain(self) -> bool:
        return not self.escaped and set(map(type, self.values)) <= _PLAIN

    def only(self, places: Sequence[int]) -> "Column":
        return self._replace(values=[self.values[place] for place in places])


def fill(pattern: str, columns: Sequence[Column]) -> Iterator[str]:
    """Return the lines of a table; a column that stands in a line twice is escaped once."""
    ready = {id(column): _escaped(column) for column in columns}
    return map(pattern.__mod__, zip(*(ready[id(column)] for column in columns), strict=True))


def _escaped(column: Column) -> Sequence[str]:
    """Escape a column, all of it in one go where it is plain text or whole numbers."""
    if column.escaped:
        return column.values
    if column.plain:
        found = str(escape(_BETWEEN.join(map(str, column.values)))).split(_BETWEEN)
        if len(found) == len(column.values):
            return found
    return [str(escape(value)) for value in column.values]


class Lines:
    """The lines of the last tables of a few patterns, by all the values that stand in them."""

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._last: OrderedDict[Hashable, dict[tuple[Any, ...], str]] = OrderedDict()
        self._lock = Lock()

    def fill(self, pattern: str, columns: Sequence[Column]) -> Iterator[str]:
        """Return what `fill` does, and keep it in the place of the last table of the pattern."""
        sure = [one if one.plain else Column(_escaped(one), escaped=True) for one in columns]
        key = pattern, *(one.escaped for one in sure)  # a text is another line as markup
        rows = list(zip(*(one.values for one in sure), strict=True))
        lines = list(map(self._before(key).get, rows))
        new = [place for place, line in enumerate(lines) if line is None]
        fresh = fill(pattern, [one.only(new) for one in sure])
        found = [next(fresh) if line is None else line for line in lines]
        self._keep(key, dict(zip(rows, found, strict=True)))
        return iter(found)

    def _before(self, key: Hashable) -> dict[tuple[Any, ...], str]:
        with self._lock:
            return self._last.get(key, {})

    def _keep(self, key: Hashable, lines: dict[tuple[Any, ...], str]) -> None:
        with self._lock:
            self._last[key] = lines
            self._last.move_to_end(key)
            if len(self._last) > self._most:
                self._last.popitem(last=False)
