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

_MARK = secrets.token_hex(8)  # nobody outside can write it into a row
_BETWEEN = "\x1e"  # no text that people type holds it; where one does, the slow way is taken


def many(
    rows: Sequence[Mapping[str, Any]],
    names: str,
    caller: Callable[[Mapping[str, str]], str],
    **drawn: Mapping[Any, str],
) -> Markup:
    """Draw `rows` by the row in the call's body, which may name the columns in `names`.

        {% call(row) many(rows, "number title done", done={true: tick, false: ""}) %}
        <tr><th>{{ row.number }}</th><td>{{ row.title }}</td><td>{{ row.done }}</td></tr>
        {% endcall %}

    Values are escaped, except for those of a column in `drawn`, which gives the markup of each.
    The body is drawn once, so it cannot ask what a value is.
    """
    columns = names.split()
    text = caller({name: f"{_MARK}-{place}-" for place, name in enumerate(columns)})
    parts = re.split(f"{_MARK}-([0-9]+)-", text)
    pattern = "%s".join(part.replace("%", "%%") for part in parts[::2])
    used = [columns[int(place)] for place in parts[1::2]]
    filled = {
        name: [str(escape(drawn[name][row[name]])) for row in rows]
        if name in drawn
        else _escaped([row[name] for row in rows])
        for name in dict.fromkeys(used)
    }
    lines = zip(*(filled[name] for name in used), strict=True)
    return Markup("".join(map(pattern.__mod__, lines)))  # noqa: S704 - escaped above


def _escaped(values: Sequence[object]) -> Sequence[str]:
    """Escape a column, all of it in one go where it is plain text or whole numbers."""
    if set(map(type, values)) <= {str, int}:
        found = str(escape(_BETWEEN.join(map(str, values)))).split(_BETWEEN)
        if len(found) == len(values):
            return found
    return [str(escape(value)) for value in values]


def addresses(endpoint: str, name: str, ids: Sequence[str], **others: str) -> list[str]:
    """Return the addresses of one page for many ids: `url_for` builds one, the others follow it."""
    sample = "a" * ID_LENGTH
    head, _, tail = url_for(endpoint, **{name: sample}, **others).rpartition(sample)  # type: ignore[arg-type]
    return [f"{head}{each}{tail}" for each in ids]
