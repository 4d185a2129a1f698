"""Public identifiers: 128 random bits, so that no id can be guessed, counted or ordered."""

import base64
import re
import secrets

ID_LENGTH = 26
ID_PATTERN = r"[a-z2-7]{26}"
_SHAPE = re.compile(ID_PATTERN)


def new_id() -> str:
    """Return 26 characters of lower-case base32 from 16 random bytes."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def is_id(text: str) -> bool:
    return _SHAPE.fullmatch(text) is not None
