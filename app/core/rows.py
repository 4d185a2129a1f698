"""Long tables: the template draws one row, and the others are filled in beside it.

A template's own loop costs some ten microseconds for each value and so a tenth of a second for a
list of a thousand. Here the row's markup stays in the template and is drawn once, with marks in
the places of its values; the values of all rows are then escaped and put in by the column.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from app.core.ids import ID_LENGTH
from app.core.lines import Column, Lines, fill

_MARK = secrets.token_hex(8)  # nobody outside can write it into a row
_lines = Lines()


class Columns:
    """A long table by its columns, as `zip(*rows)` gives them: no mapping is made for each row.

    Its length is that of its columns, so a template may count it and ask whether it is empty.
    """

    __slots__ = ("_columns",)

    def __init__(self, **columns: Sequence[Any]) -> None:
        if len(set(map(len, columns.values()))) > 1:
            raise ValueError("the columns of a table are of one length")
        self._columns = columns

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def column(self, name: str) -> Sequence[Any]:
        return self._columns[name]

    def with_columns(self, **more: Sequence[Any]) -> "Columns":
        """Return the table with further columns, or others in the places of some."""
        return Columns(**{**self._columns, **more})


def by_column(names: str, rows: Sequence[Sequence[Any]]) -> Columns:
    """Name the columns of plain rows."""
    named = names.split()
    columns = zip(*rows, strict=True) if rows else ((),) * len(named)
    return Columns(**dict(zip(named, columns, strict=True)))


def many(
    rows: Columns | Sequence[Mapping[str, Any]],
    names: str,
    caller: Callable[[Mapping[str, str]], str],
    *,
    kept: bool = False,
    **drawn: Mapping[Any, str],
) -> Markup:
    """Draw `rows` by the row in the call's body, which may name the columns in `names`.

        {% call(row) many(rows, "number title done", done={true: tick, false: ""}) %}
        <tr><th>{{ row.number }}</th><td>{{ row.title }}</td><td>{{ row.done }}</td></tr>
        {% endcall %}

    Values are escaped, except for those of a column in `drawn`, which gives the markup of each.
    The body is drawn once, so it cannot ask what a value is. `kept`: lines stay in memory until the
    table is drawn again, which then costs what changed in it; not for names of people.
    """
    named = names.split()
    text = caller({name: f"{_MARK}-{place}-" for place, name in enumerate(named)})
    parts = re.split(f"{_MARK}-([0-9]+)-", text)
    pattern = "%s".join(part.replace("%", "%%") for part in parts[::2])
    used = [named[int(place)] for place in parts[1::2]]
    columns = {
        name: Column(_drawn(_column(rows, name), drawn[name]), escaped=True)
        if name in drawn
        else Column(_column(rows, name))
        for name in dict.fromkeys(used)
    }
    lines = (_lines.fill if kept else fill)(pattern, [columns[name] for name in used])
    return Markup("".join(lines))  # noqa: S704 - escaped above


def _column(rows: Columns | Sequence[Mapping[str, Any]], name: str) -> Sequence[Any]:
    return rows.column(name) if isinstance(rows, Columns) else [row[name] for row in rows]


def _drawn(values: Sequence[Any], drawn: Mapping[Any, str]) -> Sequence[str]:
    found = {value: str(escape(markup)) for value, markup in drawn.items()}
    return [found[value] for value in values]


def addresses(endpoint: str, name: str, ids: Sequence[str], **others: str) -> list[str]:
    """Return the addresses of one page for many ids: `url_for` builds one, the others follow it."""
    sample = "a" * ID_LENGTH
    head, _, tail = url_for(endpoint, **{name: sample}, **others).rpartition(sample)  # type: ignore[arg-type]
    return [f"{head}{each}{tail}" for each in ids]
