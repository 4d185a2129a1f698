"""What every kind of question can do: read what was sent, find faults, show an answer. Pure.

An answer is a text. Where it has parts (a person, a table) it is JSON text, whose shape is known
to its kind alone: whoever keeps, hashes, compares or copies answers need not know.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from app.calls.models import Audience, QuestionKind
from app.core.words import _

Sent = Mapping[str, Sequence[str]]  # what a page sent: the values of each control by name
Control = dict[str, Any]  # what the macro of a kind needs to draw it
NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, as its kind and the checks need it."""

    key: str
    label: str
    kind: QuestionKind
    required: bool = True
    word_limit: int | None = None
    choices: tuple[str, ...] = ()
    hint: str = ""
    section: str = ""
    audience: Audience = Audience.SCIENTIFIC
    settings: Mapping[str, Any] = field(default_factory=lambda: NONE)
    condition: tuple[Mapping[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The name of its control on a page, and where links to it lead."""
        return f"q_{self.key}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer; `part` is the end of the control's id where to mend it."""

    sentence: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as people read it: text, or a table with its foot."""

    text: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    foot: tuple[str, ...] = ()

    def as_text(self) -> str:
        """Return it in lines, for letters, exports and the search for own names."""
        lines = [" | ".join(row) for row in (*self.rows, *([self.foot] if self.foot else []))]
        return "\n".join([*([self.text] if self.text else []), *lines])


class Kind(ABC):
    """A kind of question. `settings` names what the builder lets staff set for it."""

    name: ClassVar[QuestionKind]
    settings: ClassVar[tuple[str, ...]] = ()
    may_be_column: ClassVar[bool] = False
    tells_who: ClassVar[bool] = False  # its answers name people or organisations
    reads_blinded: ClassVar[bool] = False  # of such answers reviewers read `blinded`

    def collect(self, name: str, sent: Sent) -> str | None:
        """Return what was sent as an answer; None where the question was not on the page."""
        values = sent.get(name)
        return values[0] if values else None

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        """Say what is wrong with an answer that is not empty."""
        del asked, answer
        return []

    def is_empty(self, answer: str) -> bool:
        return not answer

    def control(self, asked: Asked, answer: str) -> Control:
        """Return what its macro draws, beside what all have (name, label, hint)."""
        del asked
        return {"value": answer}

    def shown(self, asked: Asked, answer: str) -> Shown:
        del asked
        return Shown(answer)

    def values(self, answer: str) -> list[str]:
        """Return what conditions compare with."""
        return [answer] if answer else []

    def blinded(self, answer: str) -> str:
        """Return what of an answer that tells who applies reviewers read: nothing."""
        del answer
        return ""

    def setting_problem(self, asked: Asked) -> str:
        """Say what keeps the question from being asked, or nothing."""
        del asked
        return ""


class PartedKind(Kind):
    """A kind whose answer is an object of texts, each with a control of its own."""

    parts: ClassVar[tuple[str, ...]]

    def collect(self, name: str, sent: Sent) -> str | None:
        if not any(f"{name}-{part}" in sent for part in self.parts):
            return None
        found = {part: first(sent, f"{name}-{part}").strip() for part in self.parts}
        return dump(found) if any(found.values()) else ""

    def is_empty(self, answer: str) -> bool:
        return not any(parts_of(answer).values())

    def control(self, asked: Asked, answer: str) -> Control:
        del asked
        found = parts_of(answer)
        return {"parts": {part: found.get(part, "") for part in self.parts}}


class RowedKind(Kind):
    """A kind whose answer is a list of rows, to which a page adds and from which it takes."""

    @abstractmethod
    def columns(self, asked: Asked) -> tuple[str, ...]: ...

    def is_empty(self, answer: str) -> bool:
        return not filled_rows(answer)

    def values(self, answer: str) -> list[str]:
        """Rows are compared by their number."""
        return [str(len(filled_rows(answer)))]


def first(sent: Sent, name: str) -> str:
    values = sent.get(name)
    return values[0] if values else ""


def rows_sent(name: str, sent: Sent) -> list[dict[str, str]] | None:
    """Return the rows of controls named NAME-ROW-COLUMN in their order; None where none was asked.

    An empty row stays: somebody has just added it.
    """
    if f"{name}-asked" not in sent:
        return None
    pattern = re.compile(rf"^{re.escape(name)}-(\d{{1,3}})-([a-z][a-z0-9_]*)$")
    rows: dict[int, dict[str, str]] = {}
    for control in sent:
        if found := pattern.match(control):
            rows.setdefault(int(found[1]), {})[found[2]] = first(sent, control).strip()
    return [rows[number] for number in sorted(rows)]


def dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _load(answer: str) -> object:
    """Read an answer with parts; whatever is none counts as empty."""
    try:
        return json.loads(answer) if answer else None
    except (ValueError, RecursionError):
        return None


def parts_of(answer: str) -> dict[str, str]:
    found = _load(answer)
    if not isinstance(found, dict):
        return {}
    return {str(key): value for key, value in found.items() if isinstance(value, str)}


def rows_of(answer: str) -> list[dict[str, str]]:
    found = _load(answer)
    if not isinstance(found, list):
        return []
    return [
        {str(key): value for key, value in row.items() if isinstance(value, str)}
        for row in found
        if isinstance(row, dict)
    ]


def filled_rows(answer: str) -> list[dict[str, str]]:
    return [row for row in rows_of(answer) if any(row.values())]


def number_setting(asked: Asked, name: str, default: int) -> int:
    value = asked.settings.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def text_setting(asked: Asked, name: str) -> str:
    value = asked.settings.get(name, "")
    return value if isinstance(value, str) else ""


def needs_answer(asked: Asked) -> Fault:
    return Fault(_("“%(label)s” needs an answer.", label=asked.label))
