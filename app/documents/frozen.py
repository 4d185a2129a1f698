"""Facts as JSON and back, so that a document can be rendered again from what was kept."""

# ruff: noqa: ANN401 - JSON and annotations are values of any type

import json
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.core.clock import from_text, to_text
from app.core.money import Money
from app.documents.facts import (
    AllocationReport,
    AwardReport,
    Certificate,
    DecisionLetter,
    FactsDisagree,
    FunderReport,
    PanelMinutes,
    Receipt,
)
from app.ledger import proof
from app.ledger.proof import Proof

Facts = (
    AllocationReport
    | AwardReport
    | FunderReport
    | DecisionLetter
    | PanelMinutes
    | Receipt
    | Certificate
)

_KINDS: dict[str, type[Facts]] = {
    "allocation": AllocationReport,
    "award": AwardReport,
    "contribution": FunderReport,
    "letter": DecisionLetter,
    "minutes": PanelMinutes,
    "receipt": Receipt,
    "certificate": Certificate,
}


def told(facts: Facts) -> dict[str, Any]:
    """Return the facts as plain JSON values, with their kind."""
    kind = next(name for name, made in _KINDS.items() if type(facts) is made)
    return {"kind": kind, **_plain(facts)}


def to_json(facts: Facts) -> bytes:
    """Freeze the facts of a document, in one exact form."""
    return json.dumps(told(facts), ensure_ascii=False, sort_keys=True).encode()


def from_json(data: bytes) -> Facts:
    """Read what `to_json` wrote; anything else raises FactsDisagree."""
    try:
        found = json.loads(data)
        facts = _made(_KINDS[found.pop("kind")], found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FactsDisagree(f"These are not the kept facts of a document: {error}.") from error
    assert isinstance(facts, Facts)
    return facts


def _plain(value: Any) -> Any:
    if type(value) in _WRITTEN:
        return _WRITTEN[type(value)](value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


_WRITTEN: dict[type, Any] = {
    Proof: Proof.as_json,
    Decimal: str,
    datetime: to_text,
    date: date.isoformat,
}


def _made(kind: Any, value: Any) -> Any:
    """Build a value of the annotated type from its plain form."""
    if typing.get_origin(kind) is types.UnionType:
        inner = next(part for part in typing.get_args(kind) if part is not type(None))
        return None if value is None else _made(inner, value)
    if typing.get_origin(kind) is tuple:
        return tuple(_made(typing.get_args(kind)[0], item) for item in value)
    if kind in _READ:
        return _READ[kind](value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    hints = typing.get_type_hints(kind)
    if unknown := value.keys() - hints.keys():
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{name: _made(hints[name], inner) for name, inner in value.items()})


def _exactly(kind: type) -> Any:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is not a {kind.__name__}")
        return value

    return read


_READ: dict[Any, Any] = {
    str: _exactly(str),
    int: _exactly(int),
    bool: _exactly(bool),
    Decimal: Decimal,
    datetime: from_text,
    date: date.fromisoformat,
    Proof: proof.from_json,
    Money: lambda value: Money(_exactly(int)(value["minor"]), value["currency"]),
}
