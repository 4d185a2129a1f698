"""The form file as a spreadsheet: written for a pack, and read again when it comes back."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from app.core.clock import NO_DAY
from app.core.words import _
from app.reviewers.rules.sheets import NotAList, cells_of
from app.reviews.offline.rules import CANNOT, COLUMNS

if TYPE_CHECKING:
    import xlsxwriter

MOST_BYTES = 5_000_000
MOST_INSIDE = 30_000_000  # bytes once unpacked
MOST_PARTS = 200
MOST_LINES = 2_500
HIDDEN = ("key", "revision")
WIDTHS = {"proposal": 14, "title": 34, "about": 38, "grade": 14, "words": 80}
_LONG_AGO = NO_DAY.replace(tzinfo=None)  # the writer wants no zone
_BROKEN = (
    zipfile.BadZipFile,
    ParseError,
    zlib.error,
    EOFError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    NotImplementedError,
)


def written(rows: Iterable[Sequence[str]], grades: Sequence[str]) -> bytes:
    """Return the form with its rows; where a grade goes, the steps of the scale are offered."""
    import xlsxwriter  # noqa: PLC0415 - packs alone need it

    out = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, safe) as book:
        book.set_properties({"author": "", "created": _LONG_AGO})
        sheet = book.add_worksheet("Reviews")
        head = book.add_format({"bold": True, "bg_color": "#0b5160", "font_color": "#ffffff"})
        fixed = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#555555"})
        free = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "locked": False})
        for column, name in enumerate(COLUMNS):
            hidden = {"hidden": True} if name in HIDDEN else {}
            sheet.set_column(column, column, WIDTHS.get(name, 10), None, hidden)
            sheet.write_string(0, column, name, head)
        sheet.freeze_panes(1, 3)
        for line, row in enumerate(rows, 1):
            for column, (name, cell) in enumerate(zip(COLUMNS, row, strict=True)):
                sheet.write_string(
                    line, column, cell, free if name in {"grade", "words"} else fixed
                )
            _offer(sheet, line, row[COLUMNS.index("key")], grades)
    return out.getvalue()


def _offer(
    sheet: "xlsxwriter.worksheet.Worksheet", line: int, key: str, grades: Sequence[str]
) -> None:
    column = COLUMNS.index("grade")
    if key.startswith("criterion:") and grades:
        offered = [*grades, CANNOT]
    elif key == "confidence":
        offered = ["1", "2", "3"]
    else:
        return
    sheet.data_validation(
        line, column, line, column, {"validate": "list", "source": offered, "error_type": "warning"}
    )


def read(data: bytes) -> list[list[str]]:
    """Return the table of a form that came back, as .xlsx or as CSV. Raises NotAList with a
    sentence for what is neither."""
    if len(data) > MOST_BYTES:
        raise NotAList(1, _("The file is larger than 5 MB. Send the form of the pack alone."))
    if not data.startswith(b"PK"):
        return [[cell.replace("\r\n", "\n") for cell in row] for row in cells_of(data)]
    try:
        _look_inside(data)
        return _cells(data)
    except NotAList:
        raise
    except _BROKEN as error:
        raise NotAList(1, _("This is not a spreadsheet that can be read.")) from error


def _look_inside(data: bytes) -> None:
    """Raise NotAList for what would unpack to too much, or is another kind of ZIP."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        inside = packed.infolist()
    if len(inside) > MOST_PARTS or sum(one.file_size for one in inside) > MOST_INSIDE:
        raise NotAList(1, _("This file is too large once unpacked."))
    if "xl/workbook.xml" not in {one.filename for one in inside}:
        raise NotAList(1, _("Send the form file reviews.xlsx out of the pack, not the pack."))


def _cells(data: bytes) -> list[list[str]]:
    import openpyxl  # noqa: PLC0415 - it is large, and packs alone need it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except InvalidFileException as error:
        raise ValueError("no workbook") from error
    try:
        name = "Reviews" if "Reviews" in book.sheetnames else book.sheetnames[0]
        rows = book[name].iter_rows(max_row=MOST_LINES, max_col=20, values_only=True)
        table = [[_text(cell) for cell in row] for row in rows]
    finally:
        book.close()
    width = len([cell for cell in table[0] if cell]) if table else 0
    return [_short(row, width) for row in table]


def _short(row: list[str], width: int) -> list[str]:
    """Return a row without the empty cells behind the head's last."""
    while len(row) > width and not row[-1]:
        row = row[:-1]
    return row


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("_x000D_", "").replace("\r\n", "\n")


def as_csv(table: Iterable[Sequence[str]]) -> bytes:
    """Return a table as CSV: the way in which a preview carries it to its own button."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue().encode()


def packed_at() -> tuple[int, int, int, int, int, int]:
    """Return the instant that members of a pack carry: always the same, it tells nothing."""
    return NO_DAY.timetuple()[:6]
