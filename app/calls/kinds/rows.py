"""Adding and taking rows of the tables in a form, as its buttons ask."""

from collections.abc import Mapping, Sequence

from app.calls.kinds import Asked, kind_of
from app.calls.kinds.base import RowedKind, dump, rows_of


def changed_rows(
    form: Sequence[Asked], answers: Mapping[str, str], order: str
) -> tuple[str, dict[str, str]]:
    """Carry out `add:KEY` or `remove:KEY:ROW`; anything else changes nothing."""
    what, key, row = [*order.split(":"), "", ""][:3]
    tables = {asked.key for asked in form if isinstance(kind_of(asked.kind), RowedKind)}
    if key not in tables:
        return "", dict(answers)
    rows = rows_of(answers.get(key, ""))
    if what == "add":
        rows = [*(rows or [{}]), {}]
    elif what == "remove" and row.isdecimal():
        rows = [kept for place, kept in enumerate(rows) if place != int(row)]
    return key, {**answers, key: dump(rows) if rows else ""}
