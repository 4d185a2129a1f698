"""Public identifiers: 128 random bits, so that no id can be guessed, counted or ordered."""

import base64
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random

ID_LENGTH = 26
ID_PATTERN = r"[a-z2-7]{26}"
_SHAPE = re.compile(ID_PATTERN)
_BYTES = 16

_chance: ContextVar[Random | None] = ContextVar("chance", default=None)


def new_id() -> str:
    """Return 26 characters of lower-case base32 from 16 random bytes."""
    chance = _chance.get()
    drawn = secrets.token_bytes(_BYTES) if chance is None else chance.randbytes(_BYTES)
    return base64.b32encode(drawn).decode().rstrip("=").lower()


@contextmanager
def ids_from(chance: Random) -> Iterator[None]:
    """Draw the ids of what is made inside from `chance`, so that they come out the same again.

    Whoever knows the seed can guess them. For `flask seed`, which is refused in production; no
    page, job or other command may use it.
    """
    token = _chance.set(chance)
    try:
        yield
    finally:
        _chance.reset(token)


def is_id(text: str) -> bool:
    return _SHAPE.fullmatch(text) is not None
