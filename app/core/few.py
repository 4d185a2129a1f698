"""JSON that repeats: thousands of reviews hold a few combinations of grades, read once each."""

import json
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Text, cast
from sqlalchemy.orm import InstrumentedAttribute


def as_text(column: InstrumentedAttribute[Any] | ColumnElement[Any]) -> ColumnElement[str]:
    """Select a JSON column as the text it is kept as."""
    return cast(column, Text)


@lru_cache(maxsize=4_096)
def from_text(text: str) -> MappingProxyType[str, Any]:
    """Return the object a text holds; shared by all who ask, so it cannot be changed."""
    return MappingProxyType(json.loads(text))
