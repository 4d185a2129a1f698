"""The shape of what the ledger can say. Each domain lists its own events in its events.py."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from types import NoneType
from typing import Any

from app.core.clock import to_text
from app.core.money import Money

_INNER_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class Event:
    """Something that happened, named in the past tense, with the facts a later reader asks for.

    The facts are kept beside the record and can be erased; the name, the thing it is about and
    the references stay for ever, so no reference may name a person.
    """

    @classmethod
    def name(cls) -> str:
        """Return domain and class, as `proposals.VersionSubmitted`."""
        return f"{cls.__module__.split('.')[1]}.{cls.__name__}"

    @classmethod
    def action(cls) -> str:
        """Return the name as the record spells it, as `proposals.version_submitted`."""
        domain, _, name = cls.name().partition(".")
        return f"{domain}.{_INNER_CAPITAL.sub('_', name).lower()}"

    def facts(self) -> dict[str, Any]:
        """Return the fields as JSON: decimals and money as text, instants in UTC, texts in NFC."""
        return {item.name: as_fact(getattr(self, item.name)) for item in fields(self)}

    def refs(self) -> tuple[str, ...]:
        """Name other things the event touches (`proposal:<id>`), or data it vouches for
        (`sha256:<hex>`: the offline verifier looks for such data inside a report)."""
        return ()


Kinds = tuple[type[Event], ...]


@dataclass(frozen=True)
class PayloadErased(Event):
    """The facts of an earlier event were erased; its record, and so the chain, still stand."""

    seq: int
    reason: str


def as_fact(value: object) -> Any:  # noqa: ANN401 - any JSON value
    """Turn a value into what canonical JSON takes; raise TypeError for what has no exact form."""
    for kind, form in _FORMS:
        if isinstance(value, kind):
            return form(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: as_fact(getattr(value, item.name)) for item in fields(value)}
    raise TypeError(f"An event cannot hold {value!r}: {type(value).__name__} has no exact form.")


_FORMS: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (Enum, lambda value: as_fact(value.value)),  # before str and int, which members may be
    ((bool, int, NoneType), lambda value: value),
    (str, lambda value: unicodedata.normalize("NFC", value)),
    (Decimal, lambda value: format(value, "f")),
    (Fraction, lambda value: f"{value.numerator}/{value.denominator}"),
    (Money, lambda value: f"{value.amount:f} {value.currency}"),
    (datetime, to_text),  # before date, which it is
    (date, lambda value: value.isoformat()),
    (bytes, lambda value: value.hex()),
    (dict, lambda value: {key: as_fact(inner) for key, inner in value.items()}),
    ((list, tuple), lambda value: [as_fact(inner) for inner in value]),
    ((set, frozenset), lambda value: sorted(as_fact(inner) for inner in value)),
)
