"""Values as programs see them: a dataclass is an object of JSON, and its own schema.

One declaration is what the code makes, what the document describes and what a body is read by, so
that the three cannot differ.
"""

import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from app.core import clock

Schema = dict[str, Any]
LARGEST_INTEGER = 2**53 - 1  # that every reader of JSON keeps exactly
SPARSE = "LACKS_RATHER_THAN_NULL"  # set by shapes of such formats
INSTANT = {"type": "string", "format": "date-time"}


@dataclass(frozen=True, slots=True)
class Says:
    """What the document says of a field beside its type: `Annotated[str, Says("Its title.")]`."""

    about: str = ""
    pattern: str = ""
    longest: int | None = None
    least: int | None = None
    most: int | None = None

    def as_schema(self) -> Schema:
        told = {
            "description": self.about,
            "pattern": f"^{self.pattern}$" if self.pattern else "",
            "maxLength": self.longest,
            "minimum": self.least,
            "maximum": self.most,
        }
        return {name: value for name, value in told.items() if value not in ("", None)}


def as_json(value: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a value as JSON holds it: instants as text in UTC, exact numbers as text."""
    if is_dataclass(value):
        told = ((item, getattr(value, item.name)) for item in fields(value))
        return {item.name: as_json(held) for item, held in told if not _left_out(value, item, held)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return clock.to_text(value)
    if isinstance(value, Mapping):
        # In the same order on every database, so that the same answer is the same bytes.
        return {str(key): as_json(value[key]) for key in sorted(value)}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [as_json(held) for held in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    raise TypeError(f"{type(value).__name__} has no form in this interface")


def _left_out(value: object, item: "Field[Any]", held: object) -> bool:
    """Whether a field is not written: formats of others have no null, but fields that may lack."""
    return held is None and item.default is None and hasattr(value, SPARSE)


@cache
def hints_of(shape: type) -> Mapping[str, Any]:
    """Return the types of a dataclass's fields, those of a generic one filled in."""
    origin = get_origin(shape) or shape
    known = get_type_hints(origin, include_extras=True)
    filled = dict(zip(_open(origin), get_args(shape), strict=False))
    return {name: _filled(hint, filled) for name, hint in known.items()}


def _filled(hint: Any, filled: Mapping[Any, Any]) -> Any:  # noqa: ANN401 - a type
    if isinstance(hint, TypeVar):
        return filled.get(hint, hint)
    if get_origin(hint) is not None and filled and _open(hint):
        return hint[tuple(filled[one] for one in _open(hint))]
    return hint


def _open(hint: object) -> tuple[Any, ...]:
    """Return the variables of a generic type that are still open."""
    return tuple(getattr(hint, "__parameters__", None) or ())


def name_of(shape: Any) -> str:  # noqa: ANN401 - a type
    """Return the name of a shape in the document: `Listed[CallRow]` is ListedCallRow."""
    origin = get_origin(shape) or shape
    return str(origin.__name__) + "".join(name_of(one) for one in get_args(shape))


def is_shape(hint: Any) -> bool:  # noqa: ANN401 - a type
    return is_dataclass(get_origin(hint) or hint)


class Shapes:
    """The schemas of a document, each shape described once and referred to by name."""

    def __init__(self, prefix: str = "#/components/schemas/") -> None:
        self.prefix = prefix
        self.known: dict[str, Schema] = {}

    def of(self, hint: Any) -> Schema:  # noqa: ANN401 - a type
        """Return the schema of a type."""
        origin, parts = get_origin(hint), get_args(hint)
        if origin is Annotated:
            told = next((one for one in parts[1:] if isinstance(one, Says)), Says())
            return {**self.of(parts[0]), **told.as_schema()}
        if is_shape(hint):
            return self._reference(hint)
        if origin in {Union, types.UnionType}:
            return {"anyOf": [self.of(one) for one in parts]}
        return self._collection(origin, parts) if origin is not None else _plain(hint)

    def _collection(self, origin: Any, parts: Sequence[Any]) -> Schema:  # noqa: ANN401 - a type
        if origin is Literal:
            return {"type": "string", "enum": list(parts)}
        if issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(parts[1])}
        assert issubclass(origin, Sequence), origin
        return {"type": "array", "items": self.of(parts[0])}

    def _reference(self, shape: Any) -> Schema:  # noqa: ANN401 - a type
        name = name_of(shape)
        if name not in self.known:
            self.known[name] = {}  # it may hold itself
            self.known[name] = self._object(shape)
        return {"$ref": f"{self.prefix}{name}"}

    def _object(self, shape: Any) -> Schema:  # noqa: ANN401 - a type
        hints = hints_of(shape)
        told = fields(get_origin(shape) or shape)
        needed = [item.name for item in told if is_needed(item)]
        return {
            "type": "object",
            "description": " ".join((shape.__doc__ or "").split()),
            "properties": {
                item.name: without_null(self.of(hints[item.name]))
                if hasattr(get_origin(shape) or shape, SPARSE)
                else self.of(hints[item.name])
                for item in told
            },
            **({"required": needed} if needed else {}),
            "additionalProperties": False,
        }


def without_null(schema: Schema) -> Schema:
    """Return a schema of what may lack, and is never null where it is there."""
    kinds = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**{name: told for name, told in schema.items() if name != "anyOf"}, **kinds[0]}


def is_needed(item: "Field[Any]") -> bool:
    """Whether a field has to be there: it has no value of its own."""
    return item.default is MISSING and item.default_factory is MISSING


def _plain(hint: Any) -> Schema:  # noqa: ANN401 - a type
    if hint is Any or hint is object:
        return {}
    if hint is type(None):
        return {"type": "null"}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"type": "string", "enum": [one.value for one in hint]}
    simple: dict[Any, Schema] = {
        bool: {"type": "boolean"},
        int: {"type": "integer", "minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER},
        str: {"type": "string"},
        datetime: INSTANT,
    }
    return dict(simple[hint])
