"""Publicly verifiable random selection by RFC 3797 (Eastlake 2004), the fallback without a beacon.

MD5 is the RFC's; it serves only to reproduce selections made by that RFC.
"""

import hashlib
from collections.abc import Sequence

from scoring.errors import InputError

_LARGEST = 65_535  # an index is two bytes


def rfc3797_key(sources: Sequence[Sequence[int]]) -> str:
    """Return the canonical key: each source's numbers sorted, each ended by '.', sources by '/'."""
    return "".join("".join(f"{number}." for number in sorted(numbers)) + "/" for numbers in sources)


def rfc3797_select(key: str, pool: int, count: int) -> list[int]:
    """Return `count` numbers of 1..pool: MD5(index ‖ key ‖ index) modulo who is left."""
    if not 0 <= count <= pool <= _LARGEST:
        raise InputError(f"{count} of {pool} cannot be selected; the pool is 1 to {_LARGEST}")
    left = list(range(1, pool + 1))
    return [
        left.pop(int.from_bytes(digest(key, index), "big") % len(left)) for index in range(count)
    ]


def digest(key: str, index: int) -> bytes:
    """Return MD5(index ‖ key ‖ index), the index as two bytes."""
    edge = index.to_bytes(2, "big")
    return hashlib.md5(edge + key.encode("ascii") + edge, usedforsecurity=False).digest()
