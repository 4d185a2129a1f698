"""The values of call.json by path, and the problems that name their line and key."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.cli.importing.problems import Problems
from app.core.words import _

FILE = "call.json"


class FileValues:
    """The values of the file by path, with problems that name line and key."""

    def __init__(self, text: str, data: Mapping[str, Any], problems: Problems) -> None:
        self._text, self.data, self.problems = text, data, problems

    def wrong(self, key: str, value: object, reason: str, nth: int = 0) -> None:
        """Report a value under `key`; `nth` counts the places in the file that have this key."""
        name = key.rpartition(".")[2]
        places = [m.start() for m in re.finditer(f'"{re.escape(name)}"\\s*:', self._text)]
        at = places[min(nth, len(places) - 1)] if places else 0
        shown = "" if value is None else str(value)
        self.problems.add(FILE, self._text.count("\n", 0, at) + 1, key, shown, reason)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str) or (not value.strip() and default is None):
            self.wrong(key, value, _("must be a text."))
            return ""
        return value.strip()

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        value = self.data.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.wrong(
                key, value, _("must be a whole number from %(a)s to %(b)s.", a=least, b=most)
            )
            return default
        return value

    def one_of(self, key: str, default: str, known: tuple[str, ...]) -> str:
        value = self.data.get(key, default)
        if value not in known:
            self.wrong(key, value, _("must be one of: %(known)s.", known=", ".join(known)))
            return default
        return str(value)

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            self.wrong(key, value, _("must be an object."))
            return {}
        return value

    def items(self, key: str) -> list[Mapping[str, Any]]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong(key, value, _("must be a list of objects."))
            return []
        return value


def number_of(value: object) -> str:
    """Return a JSON number or numeric text as exact decimal text, else nothing."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return ""
    text = str(value).strip()
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,12})?", text):
        return ""
    return text
