"""Passwords: argon2id, one hash at a time, so that many sign-ins cannot exhaust the memory."""

import unicodedata
from functools import cache
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 256

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_one_at_a_time = Lock()


@cache
def _nobodys() -> str:
    """Return a hash to compare with where nothing is stored: it costs the same time."""
    return _hasher.hash("nobody's password")


def hashed(password: str) -> str:
    with _one_at_a_time:
        return _hasher.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the stored one; takes as long when nothing is stored."""
    with _one_at_a_time:
        nobodys = _nobodys()  # made at the first try of all, whoever's it is
        try:
            _hasher.verify(stored or nobodys, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
