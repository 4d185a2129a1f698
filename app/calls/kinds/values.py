"""Answers as programs send and read them: a text, choices, parts by name, or rows of parts.

What is sent goes through the same reading as a page's controls, so that nothing is kept that a
page could not have sent.
"""

from collections.abc import Mapping, Sequence

from app.calls.kinds.base import (
    Asked,
    Kind,
    PartedKind,
    RowedKind,
    Sent,
    parts_of,
    rows_of,
)
from app.calls.kinds.budget import CostsByRate
from app.calls.kinds.choices import Choices
from app.calls.kinds.tables import MOST_ROWS

Parts = Mapping[str, str]
Value = str | Sequence[str] | Parts | Sequence[Parts]


def value_of(kind: Kind, answer: str) -> Value:
    """Return a kept answer by its parts."""
    if isinstance(kind, RowedKind):
        return rows_of(answer) or parts_of(answer) or []
    if isinstance(kind, PartedKind | CostsByRate):
        return parts_of(answer)
    if isinstance(kind, Choices):
        return kind.values(answer)
    return answer


def answer_of(kind: Kind, asked: Asked, value: Value) -> str | None:
    """Return what is kept of a value; None where it has not the shape of this kind."""
    if not _has_its_shape(kind, asked, value):
        return None
    return kind.collect(asked.name, _as_controls(asked.name, value))


def _has_its_shape(kind: Kind, asked: Asked, value: Value) -> bool:
    """Whether a value is all read by its kind: nothing of it would be left out without a word."""
    if isinstance(kind, RowedKind):
        known, rows = set(kind.columns(asked)), value
        return (
            not isinstance(rows, str | Mapping)
            and len(rows) <= MOST_ROWS
            and all(isinstance(row, Mapping) and known.issuperset(row) for row in rows)
        )
    if isinstance(kind, PartedKind):
        return isinstance(value, Mapping) and set(kind.parts).issuperset(value)
    if isinstance(kind, CostsByRate):
        keys = {key for key, *_rest in kind.rates(asked)}
        return isinstance(value, Mapping) and keys.issuperset(value)
    if isinstance(kind, Choices):
        return not isinstance(value, str | Mapping) and all(isinstance(v, str) for v in value)
    return isinstance(value, str)


def shape_of(kind: Kind, asked: Asked) -> str:
    """Say in words what a value of this kind is."""
    if isinstance(kind, RowedKind):
        return f"a list of rows, each an object of texts: {', '.join(kind.columns(asked))}"
    if isinstance(kind, PartedKind):
        return f"an object of texts: {', '.join(kind.parts)}"
    if isinstance(kind, CostsByRate):
        return f"an object of numbers as texts: {', '.join(key for key, *_ in kind.rates(asked))}"
    return "a list of choices" if isinstance(kind, Choices) else "a text"


def _as_controls(name: str, value: Value) -> Sent:
    """Return a value as a page with its controls would have sent it."""
    if isinstance(value, str):
        return {name: [value]}
    was_asked = {f"{name}-asked": ["yes"]}
    if isinstance(value, Mapping):
        return {**was_asked, **{f"{name}-{part}": [text] for part, text in value.items()}}
    ticked = [one for one in value if isinstance(one, str)]
    rows = {
        f"{name}-{place}-{part}": [text]
        for place, row in enumerate(value)
        if isinstance(row, Mapping)
        for part, text in row.items()
    }
    return {**was_asked, **({name: ticked} if ticked else {}), **rows}
