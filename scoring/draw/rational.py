"""Turns computed chances into the exact fractions that are published and drawn from."""

from collections.abc import Sequence
from fractions import Fraction

from scoring.draw.worst_case import Floats

DENOMINATOR = 1_000_000


def published_chances(ids: Sequence[str], p: Floats, k: int) -> dict[str, Fraction]:
    """Round chances p (n) to millionths that add to k exactly: largest remainder, ties by id."""
    parts = {name: float(chance) * DENOMINATOR for name, chance in zip(ids, p, strict=True)}
    # a chance within 1e-9 of a millionth is that millionth, so noise cannot decide a remainder
    whole = {name: int(part + 1e-3) for name, part in parts.items()}
    rest = {name: round(max(part - whole[name], 0.0), 3) for name, part in parts.items()}
    missing = k * DENOMINATOR - sum(whole.values())
    upwards = missing > 0
    open_names = [name for name, units in whole.items() if 0 < units < DENOMINATOR or rest[name]]
    for name in sorted(open_names, key=lambda one: (-rest[one] if upwards else rest[one], one))[
        : abs(missing)
    ]:
        whole[name] += 1 if upwards else -1
    return {name: Fraction(whole[name], DENOMINATOR) for name in ids}
