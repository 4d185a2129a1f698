"""Tables whose columns we give, because something is made of their rows: each row is checked by
its columns, and some choices are kept by a code and shown in the reader's words."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.calls.kinds.base import (
    Asked,
    Control,
    Fault,
    Kind,
    RowedKind,
    Sent,
    Shown,
    dump,
    filled_rows,
    rows_of,
    rows_sent,
)
from app.calls.kinds.choices import Choice
from app.calls.kinds.numbers import Date, Number
from app.calls.kinds.places import Country
from app.calls.kinds.text import Line
from app.calls.models import QuestionKind
from app.core.words import _

SIMPLE: Mapping[QuestionKind, Kind] = {
    kind.name: kind for kind in (Line(), Number(), Date(), Choice(), Country())
}
MOST_ROWS = 60
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `codes` are what is kept, each with its words."""

    key: str
    label: str
    kind: QuestionKind = QuestionKind.TEXT
    required: bool = True
    codes: Mapping[str, str] | None = None

    def as_asked(self) -> Asked:
        codes = tuple(self.codes or ())
        kind = QuestionKind.CHOICE if codes else self.kind
        return Asked(self.key, self.label, kind, required=self.required, choices=codes)

    def words(self, cell: str) -> str:
        """Return a cell as people read it."""
        if self.codes is not None:
            return self.codes.get(cell, cell)
        return SIMPLE[self.kind].shown(self.as_asked(), cell).text

    def control(self) -> Control:
        more = SIMPLE[self.as_asked().kind].control(self.as_asked(), "")
        more.pop("value", None)
        if self.codes is not None:
            more["choices"] = list(self.codes.items())
        return {
            "key": self.key,
            "label": self.label,
            "kind": self.as_asked().kind.value,
            "required": self.required,
            **more,
        }


class FixedTable(RowedKind):
    """A kind that is a table with columns of our own."""

    @abstractmethod
    def fields(self, asked: Asked) -> tuple[Column, ...]: ...

    def row_faults(self, row: Row) -> dict[str, str]:
        """Say what is wrong with a row beyond its cells: column -> sentence."""
        del row
        return {}

    def columns(self, asked: Asked) -> tuple[str, ...]:
        return tuple(column.key for column in self.fields(asked))

    def collect(self, name: str, sent: Sent) -> str | None:
        rows = rows_sent(name, sent)
        if rows is None:
            return None
        return dump(rows[:MOST_ROWS]) if rows else ""

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        return [
            Fault(
                _("“%(label)s”, row %(n)s: %(why)s", label=asked.label, n=place + 1, why=sentence),
                f"-{place}-{key}",
            )
            for place, row in enumerate(rows_of(answer))
            if any(row.values())
            for key, sentence in self._faults_in(asked, row).items()
        ]

    def _faults_in(self, asked: Asked, row: Row) -> dict[str, str]:
        found = {
            column.key: sentence
            for column in self.fields(asked)
            if (sentence := _cell_fault(column, row.get(column.key, "")))
        }
        return {**self.row_faults(row), **found}

    def control(self, asked: Asked, answer: str) -> Control:
        rows: list[dict[str, str]] = rows_of(answer) or [{}]
        return {
            "columns": [column.control() for column in self.fields(asked)],
            "rows": [{key: row.get(key, "") for key in self.columns(asked)} for row in rows],
            "may_add": len(rows) < MOST_ROWS,
        }

    def shown(self, asked: Asked, answer: str) -> Shown:
        rows = filled_rows(answer)
        told = [c for c in self.fields(asked) if any(row.get(c.key) for row in rows)]
        if not rows:
            return Shown()
        return Shown(
            head=tuple(column.label for column in told),
            rows=tuple(tuple(c.words(row.get(c.key, "")) for c in told) for row in rows),
        )


def _cell_fault(column: Column, text: str) -> str:
    asked = column.as_asked()
    if not text:
        needed = _("“%(label)s” needs an answer.", label=column.label)
        return needed if column.required else ""
    faults = SIMPLE[asked.kind].faults(replace(asked, label=column.label), text)
    return faults[0].sentence if faults else ""
