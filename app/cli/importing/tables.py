"""Reading CSV with line numbers: UTF-8, one header, every row as wide as the header."""

import csv
import io
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.cli.importing.problems import Problems
from app.core.words import _

MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it begins and its values by column, trimmed and in NFC."""

    file: str
    line: int
    values: Mapping[str, str]
    problems: Problems

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def wrong(self, column: str, reason: str) -> None:
        self.problems.add(self.file, self.line, column, self[column], reason)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file; `columns` is its header."""

    columns: Sequence[str]
    rows: Sequence[Row]


def read_text(path: Path, problems: Problems) -> str | None:
    """Return a file's text; a problem and None for what is absent, too big or not UTF-8."""
    name = path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        problems.add(name, 1, "", "", _("cannot be read: %(why)s.", why=error.strerror or ""))
        return None
    if len(data) > MOST_BYTES:
        problems.add(name, 1, "", "", _("is larger than 50 MB."))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        value = data[error.start : error.start + 4].hex(" ")
        problems.add(name, line, "", value, _("is not UTF-8. Save the file as UTF-8."))
        return None


def read_table(path: Path, required: Collection[str], problems: Problems) -> Table | None:
    """Return the rows that are whole; each that is not becomes a problem.

    None when the file cannot be read or a required column is missing.
    """
    text = read_text(path, problems)
    if text is None:
        return None
    records = _records(text, path.name, problems)
    line, header = next(records, (1, []))
    columns = [name.strip() for name in header]
    missing = [name for name in required if name not in columns]
    for name in missing:
        problems.add(path.name, line, name, "", _("the column is missing."))
    twice = {name for name in columns if columns.count(name) > 1}
    for name in sorted(twice):
        problems.add(path.name, line, name, name, _("the column stands there twice."))
    if missing or twice:
        return None
    return Table(columns, list(_rows(columns, records, path.name, problems)))


def _records(text: str, name: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Yield line and fields of every record that is not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    before = 0
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.add(
                name, before + 1, "", "", _("is not readable as CSV: %(why)s.", why=str(error))
            )
            return
        if any(field.strip() for field in fields):
            yield before + 1, fields
        before = reader.line_num


def _rows(
    columns: Sequence[str],
    records: Iterator[tuple[int, list[str]]],
    name: str,
    problems: Problems,
) -> Iterator[Row]:
    for line, fields in records:
        if len(fields) != len(columns):
            reason = _(
                "the row has %(n)s fields, the header has %(m)s.", n=len(fields), m=len(columns)
            )
            problems.add(name, line, "", fields[0], reason)
            continue
        values = {column: _plain(field) for column, field in zip(columns, fields, strict=True)}
        row = Row(name, line, values, problems)
        for column, value in values.items():
            if "\0" in value or "�" in value:
                row.wrong(column, _("holds a character that is no text."))
        yield row


def _plain(field: str) -> str:
    return unicodedata.normalize("NFC", field.replace("\r\n", "\n").strip())
