"""Two texts side by side: what was taken out and what was put in, by words. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 4_000  # beyond that, lines are compared
_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: "same", "out" (only in the first) or "in" (only in the second)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs."""

    field: str
    pieces: tuple[Piece, ...]


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Return both texts as one run of pieces, in reading order.

    Without the pieces "in" they are the first text, without "out" the second.
    """
    first, second = _cut(before, after)
    found: list[Piece] = []
    matcher = SequenceMatcher(None, first, second, autojunk=True)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            found.append(Piece("same", "".join(first[i1:i2])))
            continue
        found += [
            Piece(kind, text)
            for kind, text in (("out", "".join(first[i1:i2])), ("in", "".join(second[j1:j2])))
            if text
        ]
    return tuple(found)


def _cut(before: str, after: str) -> tuple[list[str], list[str]]:
    first, second = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(first), len(second)) <= MOST_WORDS:
        return first, second
    return before.splitlines(keepends=True), after.splitlines(keepends=True)


def differences(
    before: Mapping[str, str], after: Mapping[str, str], order: Sequence[str]
) -> list[Difference]:
    """Return the fields that differ, in the order of the form."""
    return [
        Difference(field, pieces(before.get(field, ""), after.get(field, "")))
        for field in order
        if before.get(field, "") != after.get(field, "")
    ]


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the names of the fields that differ."""
    return [
        field
        for field in dict.fromkeys([*before, *after])
        if before.get(field, "") != after.get(field, "")
    ]
