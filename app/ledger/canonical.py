"""One way to write a fact as bytes: RFC 8785 with the narrow profile of the ledger.

Only objects, arrays, strings, booleans, null and integers up to 2^53 - 1 either side of zero.
Keys are ``[a-z0-9_]+``, strings are NFC without U+0000 and lone surrogates, nesting stops at 6.
Under this profile sorted ``json.dumps`` gives the bytes of RFC 8785, so others can check us.
"""

import json
import re
import unicodedata
from typing import Any, NoReturn

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 6
_KEY = re.compile(r"[a-z0-9_]+")
_write = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
).encode


class NotCanonicalError(ValueError):
    """The value or the bytes lie outside the profile; the message says where and why."""


def canonical(value: object) -> bytes:
    """Return the one byte string for `value`, or raise `NotCanonicalError`."""
    _check(value, "$", 0)
    return _write(value).encode()


def parse(data: bytes) -> Any:  # noqa: ANN401 - JSON is what it is
    """Read canonical bytes back; anything `canonical` would not have written is refused."""
    try:
        value = json.loads(
            data.decode(),
            object_pairs_hook=_without_duplicates,
            parse_float=_refuse_float,
            parse_constant=_refuse_float,
            parse_int=_small_int,
        )
    except UnicodeDecodeError as error:
        raise NotCanonicalError(f"The bytes are not UTF-8 at offset {error.start}.") from error
    except json.JSONDecodeError as error:
        raise NotCanonicalError(f"The bytes are not JSON: {error}.") from error
    except RecursionError as error:
        raise NotCanonicalError(f"The nesting is deeper than {MAX_DEPTH}.") from error
    if canonical(value) != data:
        raise NotCanonicalError("The JSON is not in canonical form (order, spaces or escapes).")
    return value


def _check(value: object, where: str, depth: int) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value, where)
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonicalError(f"{where}: the integer {value} is too big; write it as text.")
    elif isinstance(value, dict | list):
        _check_inside(value, where, depth + 1)
    elif isinstance(value, float):
        raise NotCanonicalError(f"{where}: floats are refused; write an exact decimal as text.")
    else:
        raise NotCanonicalError(f"{where}: {type(value).__name__} is not a JSON value.")


def _check_inside(value: dict[Any, Any] | list[Any], where: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonicalError(f"{where}: the nesting is deeper than {MAX_DEPTH}.")
    if isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, f"{where}[{index}]", depth)
        return
    for key, item in value.items():
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise NotCanonicalError(f"{where}: the key {key!r} is not made of a-z, 0-9 and _.")
        _check(item, f"{where}.{key}", depth)


def _check_text(text: str, where: str) -> None:
    if "\0" in text:
        raise NotCanonicalError(f"{where}: the text holds the character U+0000.")
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError(f"{where}: the text holds a lone surrogate.") from error
    if not unicodedata.is_normalized("NFC", text):
        raise NotCanonicalError(f"{where}: the text is not in Unicode normal form C.")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonicalError("An object has the same key twice.")
    return found


def _refuse_float(text: str) -> NoReturn:
    raise NotCanonicalError(f"The number {text[:40]} is a float; write an exact decimal as text.")


def _small_int(text: str) -> int:
    if len(text) > len(str(-MAX_INTEGER)):
        raise NotCanonicalError(f"The integer {text[:40]} is too big; write it as text.")
    return int(text)
