"""The fields of a JSON object, read with a complaint that names the field."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from scoring.errors import InputError
from scoring.reading import MOST, told


class Fields:
    """One JSON object at a known place (“proposals[3]”); every reader names field and place."""

    def __init__(self, content: object, where: str) -> None:
        if not isinstance(content, Mapping):
            raise InputError(
                f"{where} must be a JSON object with named fields, not {told(content, 60)}"
            )
        self.content: Mapping[str, object] = content
        self.where = where

    def has(self, name: str) -> bool:
        """Say whether the field is there and not null."""
        return self.content.get(name) is not None

    def need(self, name: str) -> object:
        """Return a field that must be there."""
        if not self.has(name):
            raise InputError(f"“{name}” is missing in {self.where}; add it")
        return self.content[name]

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text that is not empty."""
        value = self.need(name) if default is None or self.has(name) else default
        if not isinstance(value, str) or (not value and default is None):
            raise InputError(f"“{name}” in {self.where} is {told(value)}; write a text in quotes")
        return value

    def choice(self, name: str, among: Sequence[str], default: str) -> str:
        """Return one of some words."""
        value = self.text(name, default)
        if value not in among:
            raise InputError(
                f"“{name}” in {self.where} is {told(value)}; write one of {', '.join(among)}"
            )
        return value

    def whole(self, name: str, default: int | None = None) -> int:
        """Return a whole number, 0 or more."""
        value = self.need(name) if default is None or self.has(name) else default
        what = f"“{name}” in {self.where}"
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise InputError(f"{what} is {told(value)}; give a whole number, 0 or more")
        number = exact(value, what)
        if number < 0 or number != number.to_integral_value():
            raise InputError(f"{what} is {value}; give a whole number, 0 or more")
        return int(number)

    def number(self, name: str) -> Decimal:
        """Return an exact number."""
        return exact(self.need(name), f"“{name}” in {self.where}")

    def share(self, name: str) -> Fraction:
        """Return a share from 0 to 1."""
        value = self.number(name)
        if not 0 <= value <= 1:
            raise InputError(f"“{name}” in {self.where} is {value}; give a share from 0 to 1")
        return Fraction(value)

    def items(self, name: str, *, optional: bool = False) -> list[object]:
        """Return a list."""
        if optional and not self.has(name):
            return []
        value = self.need(name)
        if not isinstance(value, list):
            raise InputError(f"“{name}” in {self.where} must be a list [ … ], not {told(value)}")
        return value

    def objects(self, name: str, *, optional: bool = False) -> Iterator["Fields"]:
        """Yield the objects of a list, each with its place."""
        for row, item in enumerate(self.items(name, optional=optional)):
            yield Fields(item, f"{name}[{row}]")

    def mapping(self, name: str) -> Mapping[str, object]:
        """Return an object, empty where it is missing."""
        return self.object(name).content

    def object(self, name: str) -> "Fields":
        """Return an object with named fields, empty where it is missing."""
        return Fields(self.content[name] if self.has(name) else {}, f"“{name}” in {self.where}")


def exact(value: object, what: str) -> Decimal:
    """Return a JSON number as an exact decimal; NaN, text and what is beyond sums is refused."""
    if isinstance(value, float):
        value = Decimal(str(value))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InputError(f"{what} is {told(value)}; give a number")
    number = Decimal(value)
    if not number.is_finite():
        raise InputError(f"{what} is {value}; give a number, or leave it out")
    if abs(number) > MOST:
        raise InputError(f"{what} is too large; give at most {MOST}")
    return number


def texts(value: object, count: int | None, what: str) -> list[str]:
    """Return a list of texts (ids), of a given length where one is asked for."""
    right = isinstance(value, list) and all(isinstance(item, str) for item in value)
    if not right or (count is not None and len(value) != count):  # type: ignore[arg-type]
        size = "" if count is None else f"{count} "
        raise InputError(f"{what} is {told(value)}; give a list of {size}ids in quotes")
    assert isinstance(value, list)
    return value
