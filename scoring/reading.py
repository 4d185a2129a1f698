"""JSON as people hand it in: read exactly, or refused with the place and the way to mend it."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from scoring.errors import InputError

_LONGEST = 80
_LONE = "\\ud"  # how JSON spells one half of a character
MOST = 10**15
"""The largest number that is read: more than any budget in minor units, and exact everywhere."""


def read_json(file: Path) -> Any:  # noqa: ANN401  (JSON is checked by whoever reads on)
    """Return the content of a JSON file, its numbers as exact decimals."""
    try:
        return json_from(file.read_bytes(), Decimal)
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror}.", source=str(file)) from error
    except InputError as error:
        raise error.at(source=str(file)) from error


def json_from(content: bytes, number: Callable[[str], float | Decimal]) -> Any:  # noqa: ANN401
    """Return what a text of JSON says; numbers with a point are made by `number`.

    Refused: what is not UTF-8 or not JSON, NaN and infinity, half a character, and a key that
    stands twice in one object (two readers could take two different values).
    """
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(
            text,
            parse_float=number,
            parse_constant=partial(_no_constant, text),
            object_pairs_hook=_once,
        )
        if _LONE in text.lower():
            json.dumps(found, ensure_ascii=False, default=str).encode()
    except UnicodeDecodeError as error:
        raise InputError("The file is not UTF-8 text; save it as UTF-8.") from error
    except UnicodeEncodeError as error:
        raise InputError("A text holds half a character (\\ud…); write it as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise InputError(
            f"This is not JSON: {error.msg} in column {error.colno}.", row=error.lineno
        ) from error
    except InputError:
        raise
    except (ValueError, RecursionError) as error:
        raise InputError("A number is too long, or lists stand too deep in each other.") from error
    return found


def told(value: object, longest: int = _LONGEST) -> str:
    """Spell a value as its file does, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return str(value) if isinstance(value, Decimal) else text[:longest]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"“{twice}” stands twice in one object, which is ambiguous; keep one.")
    return found


_OUTSIDE_TEXTS = r'"(?:[^"\\]|\\.)*"|(-?\b(?:NaN|Infinity))'


def _no_constant(text: str, name: str) -> None:
    """Refuse the first word in place of a number, and say where it stands."""
    # The reader of JSON takes the word off the front of a longer one: `NaN2` begins with NaN.
    places = (one.start(1) for one in re.finditer(_OUTSIDE_TEXTS, text) if one[1])
    place = next(places)
    row, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    raise InputError(
        f"{name} in column {column} is not a number that can be scored; give a number.", row=row
    )
