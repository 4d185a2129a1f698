"""One table as a file to keep: CSV, XLSX or JSON. No cell becomes a formula, and each reads back to
the very same values."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response

from app.core.clock import NO_DAY

Cell = str | int | None
GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")
LARGEST = 2**53  # beyond it a spreadsheet's numbers lose their last digits
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A head and rows of texts and whole numbers; exact decimals are texts. None is an empty
    number, an empty text is ""."""

    name: str
    head: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]

    def without(self, name: str) -> "Table":
        """Return the table without one of its columns."""
        at = self.head.index(name)
        rows = [[*row[:at], *row[at + 1 :]] for row in self.rows]
        return Table(self.name, (*self.head[:at], *self.head[at + 1 :]), rows)


def guarded(cell: Cell) -> str:
    """Return a cell of a CSV file: a text that begins like a formula, or with an apostrophe, gets
    an apostrophe before it. Taking one off again gives the text back."""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(GUARDED) else cell
    return "" if cell is None else str(cell)


def as_file(table: Table, kind: str) -> bytes:
    """Return the table as a file of one of `KINDS`: the same bytes for the same table."""
    return {"csv": _as_csv, "xlsx": _as_xlsx, "json": _as_json}[kind](table)


def table_response(table: Table, kind: str) -> Response:
    answer = Response(as_file(table, kind), content_type=KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{table.name}.{kind}"'
    return answer


def _as_csv(table: Table) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([guarded(name) for name in table.head])
    writer.writerows([guarded(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _as_json(table: Table) -> bytes:
    told = [dict(zip(table.head, row, strict=True)) for row in table.rows]
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def _as_xlsx(table: Table) -> bytes:
    import xlsxwriter  # noqa: PLC0415 - loaded when a spreadsheet is asked for

    out = io.BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, safe) as book:
        book.set_properties({"created": NO_DAY})
        sheet = book.add_worksheet("table")
        for line, row in enumerate((table.head, *table.rows)):
            for column, cell in enumerate(row):
                if isinstance(cell, int) and abs(cell) < LARGEST:
                    sheet.write_number(line, column, cell)
                elif cell is not None:
                    sheet.write_string(line, column, str(cell))
    return out.getvalue()
