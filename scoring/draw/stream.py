"""A public stream of chance from one seed: anyone with the seed gets the same numbers."""

import hashlib
from collections.abc import Sequence

_SIZE = 256  # bits of one SHA-256 value


class Stream:
    """x_t = SHA-256(seed ‖ label ‖ t), t = 0, 1, … as 8 bytes big-endian, as whole numbers."""

    def __init__(self, seed: bytes, label: str) -> None:
        self._start = seed + label.encode()
        self._at = 0

    def word(self) -> int:
        """Return the next whole number below 2^256."""
        digest = hashlib.sha256(self._start + self._at.to_bytes(8, "big")).digest()
        self._at += 1
        return int.from_bytes(digest, "big")

    def below(self, limit: int) -> int:
        """Return a whole number 0..limit - 1, each equally likely (values above are rejected)."""
        ceiling = (1 << _SIZE) // limit * limit
        while (word := self.word()) >= ceiling:
            continue  # pragma: no cover - one value in 2^256 / limit
        return word % limit


def shuffled(ids: Sequence[str], stream: Stream) -> list[str]:
    """Return the ids in chance order: Fisher–Yates from the end over the sorted ids."""
    order = sorted(ids)
    for last in range(len(order) - 1, 0, -1):
        other = stream.below(last + 1)
        order[last], order[other] = order[other], order[last]
    return order
