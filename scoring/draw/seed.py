"""Where the chance comes from: a commitment published first, then a value nobody could choose."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scoring.errors import InputError

QUICKNET_GENESIS, QUICKNET_PERIOD = 1_692_803_367, 3
NOTICE = timedelta(hours=1)
_SHORTEST = 16


def commitment(content: Mapping[str, object]) -> bytes:
    """Return SHA-256 of the canonical JSON (sorted keys, no spaces, UTF-8) of what is drawn from.

    Publish it before the public value exists. Numbers that are not whole are written as text, so
    no reader can disagree about their digits.
    """
    canonical = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(canonical.encode()).digest()


def seed_of(committed: bytes, randomness: bytes) -> bytes:
    """Return the seed: SHA-256(commitment ‖ public randomness)."""
    return hashlib.sha256(committed + randomness).digest()


def drand_randomness(signature: str) -> bytes:
    """Return the randomness of a drand round: SHA-256 of its signature (hex)."""
    return hashlib.sha256(from_hex(signature, "the drand signature")).digest()


def drand_round_at(moment: datetime) -> int:
    """Return the first quicknet round at or after a moment (UTC-aware)."""
    seconds = moment.astimezone(UTC).timestamp() - QUICKNET_GENESIS
    return max(1, 1 + int(-(-seconds // QUICKNET_PERIOD)))


def drand_time_of(number: int) -> datetime:
    """Return when a quicknet round is published."""
    return datetime.fromtimestamp(QUICKNET_GENESIS + (number - 1) * QUICKNET_PERIOD, UTC)


def refuse_early_round(number: int, committed_at: datetime) -> None:
    """Refuse a round that is published less than one hour after the commitment."""
    if drand_time_of(number) < committed_at + NOTICE:
        raise InputError(
            f"drand round {number} is published {drand_time_of(number):%Y-%m-%d %H:%M:%S} UTC, "
            "less than one hour after the commitment; name round "
            f"{drand_round_at(committed_at + NOTICE)} or a later one"
        )


def nist_randomness(output_value: str) -> bytes:
    """Return the randomness of a NIST beacon pulse: its outputValue (hex, 64 bytes)."""
    value = from_hex(output_value, "the outputValue of the NIST pulse")
    if len(value) != 64:  # noqa: PLR2004  (512 bits)
        raise InputError(f"the outputValue has {len(value)} bytes; a NIST pulse has 64")
    return value


@dataclass(frozen=True, slots=True)
class Entry:
    """What one of two people chose, and the SHA-256 (hex) that person published beforehand."""

    person: str
    secret: str
    promise: str


def entered_randomness(entries: Sequence[Entry]) -> bytes:
    """Return the randomness of secrets that at least two people promised before seeing others'.

    SHA-256 of the secrets' own hashes, persons sorted: it is unknown to all as long as one of them
    chose blindly. A secret that does not match its promise is refused.
    """
    if len({entry.person for entry in entries}) < 2:  # noqa: PLR2004  (two-person rule)
        raise InputError("two different people must each enter a secret; add the second person")
    digests = b""
    for entry in sorted(entries, key=lambda one: one.person):
        digest = hashlib.sha256(entry.secret.encode())
        if digest.hexdigest() != entry.promise.lower():
            raise InputError(
                f"the secret of {entry.person} does not match the SHA-256 promised before; "
                "enter exactly what was promised"
            )
        digests += digest.digest()
    return hashlib.sha256(digests).digest()


def seed_from_hex(text: str) -> bytes:
    """Read a seed: hexadecimal, at least 16 bytes."""
    seed = from_hex(text, "the seed")
    if len(seed) < _SHORTEST:
        raise InputError(
            f"the seed has {len(seed)} bytes; give at least {_SHORTEST} (32 hex digits)"
        )
    return seed


def from_hex(text: str, what: str) -> bytes:
    """Read hexadecimal digits; what is not hexadecimal is refused."""
    try:
        return bytes.fromhex(text)
    except (ValueError, TypeError) as error:
        raise InputError(f"{what} is {text!r}, not hexadecimal; use digits 0-9 and a-f") from error


@dataclass(frozen=True, slots=True)
class PastDraw:
    """A draw that took place: its label and its seed (hex)."""

    label: str
    seed: str


def refuse_second_draw(label: str, seed: bytes, past: Sequence[PastDraw]) -> None:
    """Refuse a label that was drawn before, and a seed that was used before."""
    for draw in past:
        if draw.label == label:
            raise InputError(
                f"the draw “{label}” took place already (seed {draw.seed}); a draw is held once, "
                "give a new draw a new label and a new public value"
            )
        if draw.seed.lower() == seed.hex():
            raise InputError(
                f"this seed was used for the draw “{draw.label}”; a seed is used once, take a "
                "later public value"
            )
