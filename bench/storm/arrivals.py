"""When what arrives: a seeded curve around a deadline, after the storm of the design page.

The rates are those of 5,000 drafts in the last ten minutes, times `scale`: submissions come evenly,
then twice as fast, then six times as fast in the last five seconds and the two after.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

AFTER = 2.0  # seconds in which people still try
MINUTE, LAST = 60.0, 5.0
# a second at scale 1: (evenly, in the last minute, in the last five seconds)
SUBMISSIONS = (5.0, 10.0, 30.0)
OTHERS = {"autosave": 40.0, "view": 120.0, "sign in": 5.0, "upload": 2.0}


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who does `what` so many seconds before (negative) or after the deadline."""

    at: float
    what: str


def arrivals(seconds: float, scale: float, seed: int = 2026) -> list[Arrival]:
    """Return who comes in the last `seconds` before the deadline and a little after, in order."""
    chance = random.Random(seed)
    found = [
        Arrival(at, what)
        for what in ("submit", *OTHERS)
        for at in _times(chance, what, seconds, scale)
    ]
    return sorted(found, key=lambda arrival: arrival.at)


def _times(chance: random.Random, what: str, seconds: float, scale: float) -> Iterator[float]:
    at = -seconds
    while True:
        at += chance.expovariate(_rate(what, at) * scale)
        if at > AFTER:
            return
        yield at


def _rate(what: str, at: float) -> float:
    if what != "submit":
        return OTHERS[what]
    evenly, minute, last = SUBMISSIONS
    return last if at >= -LAST else minute if at >= -MINUTE else evenly
