"""A table whose rows applicants add: each column is a simple question of its own."""

import re
from collections.abc import Mapping
from typing import Any

from app.calls.kinds.base import (
    Asked,
    Control,
    Fault,
    RowedKind,
    Sent,
    Shown,
    dump,
    filled_rows,
    number_setting,
    rows_of,
    rows_sent,
)
from app.calls.kinds.tables import MOST_ROWS, SIMPLE
from app.calls.models import QuestionKind
from app.core.words import _, plural

MOST_COLUMNS = 8


def columns_of(asked: Asked) -> list[Asked]:
    """Return the columns as questions of their own."""
    columns = asked.settings.get("columns", [])
    listed = columns if isinstance(columns, list | tuple) else []
    return [_column(column) for column in listed if isinstance(column, Mapping)]


def _column(column: Mapping[str, Any]) -> Asked:
    kind = str(column.get("kind", "text"))
    return Asked(
        key=str(column.get("key", "")),
        label=str(column.get("label", "")),
        kind=QuestionKind(kind) if kind in set(QuestionKind) else QuestionKind.FILE,
        required=bool(column.get("required", True)),
        choices=tuple(str(choice) for choice in column.get("choices", ())),
        settings={name: column[name] for name in ("min", "max", "unit") if name in column},
    )


class Group(RowedKind):
    name = QuestionKind.GROUP
    settings = ("columns", "min_rows", "max_rows")

    def columns(self, asked: Asked) -> tuple[str, ...]:
        return tuple(column.key for column in columns_of(asked))

    def collect(self, name: str, sent: Sent) -> str | None:
        rows = rows_sent(name, sent)
        if rows is None:
            return None
        return dump(rows[:MOST_ROWS]) if rows else ""

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        found: list[Fault] = []
        columns = columns_of(asked)
        for place, row in enumerate(rows_of(answer)):
            if any(row.values()):
                for column in columns:
                    found += _cell_faults(asked, column, place, row.get(column.key, ""))
        rows = len(filled_rows(answer))
        least, most = number_setting(asked, "min_rows", 0), number_setting(asked, "max_rows", 0)
        if rows < least:
            found.append(
                Fault(
                    plural(
                        "“%(label)s” needs at least %(num)s row.",
                        "“%(label)s” needs at least %(num)s rows.",
                        least,
                        label=asked.label,
                    )
                )
            )
        if most and rows > most:
            found.append(
                Fault(
                    plural(
                        "“%(label)s” takes at most %(num)s row.",
                        "“%(label)s” takes at most %(num)s rows.",
                        most,
                        label=asked.label,
                    )
                )
            )
        return found

    def control(self, asked: Asked, answer: str) -> Control:
        columns = columns_of(asked)
        least = max(1, min(number_setting(asked, "min_rows", 1), MOST_ROWS))
        rows = rows_of(answer) or [{} for _row in range(least)]
        most = number_setting(asked, "max_rows", 0) or MOST_ROWS
        return {
            "columns": [
                {
                    "key": column.key,
                    "label": column.label,
                    "kind": column.kind.value,
                    "required": column.required,
                    **{
                        name: value
                        for name, value in SIMPLE[column.kind].control(column, "").items()
                        if name != "value"
                    },
                }
                for column in columns
            ],
            "rows": [{c.key: row.get(c.key, "") for c in columns} for row in rows],
            "may_add": len(rows) < most,
        }

    def shown(self, asked: Asked, answer: str) -> Shown:
        columns, rows = columns_of(asked), filled_rows(answer)
        if not rows:
            return Shown()
        return Shown(
            head=tuple(column.label for column in columns),
            rows=tuple(
                tuple(SIMPLE[c.kind].shown(c, row.get(c.key, "")).text for c in columns)
                for row in rows
            ),
        )

    def setting_problem(self, asked: Asked) -> str:
        columns = columns_of(asked)
        if not 1 <= len(columns) <= MOST_COLUMNS:
            return _("Give the table one to %(n)s columns.", n=MOST_COLUMNS)
        keys = [column.key for column in columns]
        if len(set(keys)) < len(keys):
            return _("Two columns have the same key.")
        least, most = number_setting(asked, "min_rows", 0), number_setting(asked, "max_rows", 0)
        if most and least > most:
            return _("The fewest rows are more than the most.")
        return next(filter(None, map(_column_problem, columns)), "")


def _column_problem(column: Asked) -> str:
    if column.kind not in SIMPLE:
        return _(
            "Column “%(label)s”: a column holds a line, number, date, choice or country.",
            label=column.label,
        )
    if not column.label or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", column.key):
        return _("Each column needs words and a key of lower-case letters.")
    problem = SIMPLE[column.kind].setting_problem(column)
    return problem and _("Column “%(label)s”: %(why)s", label=column.label, why=problem)


def _cell_faults(asked: Asked, column: Asked, place: int, text: str) -> list[Fault]:
    where = f"-{place}-{column.key}"
    if not text:
        if not column.required:
            return []
        sentence = _("“%(label)s” needs an answer.", label=column.label)
    else:
        kind = SIMPLE.get(column.kind)
        faults = kind.faults(column, text) if kind else []
        if not faults:
            return []
        sentence = faults[0].sentence
    return [
        Fault(
            _(
                "“%(label)s”, row %(n)s: %(why)s",
                label=asked.label,
                n=place + 1,
                why=sentence,
            ),
            where,
        )
    ]
