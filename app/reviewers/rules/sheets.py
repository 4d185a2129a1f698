"""Reading lists that staff upload as CSV: every bad value is told by line, column and reason.
Pure."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from app.core.words import _

Value = TypeVar("Value")
MOST_ROWS = 2_000
LONGEST_CELL = 4_000
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Wrong:
    line: int
    column: str
    reason: str


class NotAList(ValueError):  # noqa: N818 - it is an answer
    """What keeps a whole file from being read, and on which line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line

    def wrong(self) -> Wrong:
        return Wrong(self.line, "", str(self))


@dataclass
class Row:
    """One line of a list; what is wrong with it gathers in `wrong`."""

    line: int
    cells: dict[str, str]
    wrong: list[Wrong] = field(repr=False)

    def text(self, column: str, longest: int = 300) -> str:
        found = self.cells.get(column, "")
        if len(found) > longest:
            self.object_to(column, _("Longer than %(most)s letters.", most=longest))
        return found

    def needed(self, column: str, longest: int = 300) -> str:
        found = self.text(column, longest)
        if not found:
            self.object_to(column, _("Empty."))
        return found

    def several(self, column: str) -> list[str]:
        """Return what stands between semicolons or bars."""
        return [
            part.strip()
            for part in self.cells.get(column, "").replace("|", ";").split(";")
            if part.strip()
        ]

    def each(self, column: str, read: Callable[[str], Value | None], what: str) -> list[Value]:
        """Read each part; one that `read` does not know is wrong, for it is no `what`."""
        found = []
        for part in self.several(column):
            value = read(part)
            if value is None:
                self.object_to(column, _("“%(text)s” is not %(what)s.", text=part[:60], what=what))
            else:
                found.append(value)
        return list(dict.fromkeys(found))

    def object_to(self, column: str, reason: str) -> None:
        self.wrong.append(Wrong(self.line, column, reason))


def rows_of(
    data: bytes, columns: Sequence[str], needed: Sequence[str], wrong: list[Wrong]
) -> Iterator[Row]:
    """Yield the rows of a CSV file whose head names `columns`, in any order and not all of them.

    What keeps the whole file from being read is told as wrong on its line.
    """
    try:
        table = cells_of(data)
    except NotAList as trouble:
        wrong.append(trouble.wrong())
        return
    yield from rows_in(table, columns, needed, wrong)


def cells_of(data: bytes) -> list[list[str]]:
    """Return the cells of a CSV file; raises NotAList where it is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        reason = _("This is not UTF-8 text. Save the file as “CSV UTF-8”.")
        raise NotAList(line, reason) from error
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise NotAList(1, _("This is not a list with commas or semicolons.")) from error


def rows_in(
    table: Sequence[Sequence[str]],
    columns: Sequence[str],
    needed: Sequence[str],
    wrong: list[Wrong],
) -> Iterator[Row]:
    """Yield the rows of a table whose first one names `columns`, as `rows_of` does."""
    head = [cell.strip().casefold().replace(" ", "_") for cell in table[0]] if table else []
    objections = list(_wrong_head(head, columns, needed))
    wrong.extend(objections)
    if objections:
        return
    if len(table) - 1 > MOST_ROWS:
        wrong.append(
            Wrong(MOST_ROWS + 2, "", _("More than %(most)s rows. Split the file.", most=MOST_ROWS))
        )
        return
    yield from _rows(table[1:], head, wrong)
    if len(table) < 2 and not wrong:  # noqa: PLR2004 - the head and a row
        wrong.append(Wrong(2, "", _("There is no row below the head.")))


def _rows(table: Sequence[Sequence[str]], head: list[str], wrong: list[Wrong]) -> Iterator[Row]:
    for line, cells in enumerate(table, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(head):
            wrong.append(Wrong(line, "", _("More cells than the head has columns.")))
            continue
        yield Row(line, {k: _plain(v) for k, v in zip(head, cells, strict=False)}, wrong)


def _wrong_head(
    head: Sequence[str], columns: Sequence[str], needed: Sequence[str]
) -> Iterator[Wrong]:
    for name in needed:
        if name not in head:
            yield Wrong(1, name, _("This column is missing."))
    for place, name in enumerate(head):
        if name not in columns:
            yield Wrong(1, name[:60], _("This column is not known."))
        elif name in head[:place]:
            yield Wrong(1, name, _("This column is there twice."))


def _delimiter(text: str) -> str:
    """Spreadsheets of many countries write semicolons: the head has then no comma."""
    head = text.split("\n", 1)[0]
    return ";" if head.count(";") > head.count(",") else ","


def _plain(cell: str) -> str:
    """Return a cell without the mark that our own lists put before what looks like a formula."""
    bare = cell.replace("\x00", "").strip()
    return bare[1:] if bare.startswith("'") and bare[1:].startswith(_FORMULA) else bare
