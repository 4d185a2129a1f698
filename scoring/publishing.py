"""How results are written down: one rule of rounding and one spelling of JSON.

Every figure of the model is published with a stated number of decimals, exact halves to the even
digit. Later steps (line, draw, allocation) start from the published figures, so that a last digit
that differs between two versions of numpy cannot reach a decision.
"""

import json
from decimal import Decimal
from fractions import Fraction

POINTS, RANKS, SHARES = 4, 4, 4
"""Decimals of scores, of expected ranks and of probabilities."""


def published(value: float | Fraction | Decimal, places: int = POINTS) -> float:
    """Return the number rounded to `places` decimals, halves to even, never minus zero."""
    return float(round(Fraction(value), places))


def to_json(value: object) -> str:
    """Return readable JSON with the order of keys as given; NaN and infinity are refused."""
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def tie_classes(values: list[float], *, tolerance: float) -> list[int]:
    """Return a class number for each value; neighbours within `tolerance` are one class.

    Floating point sums in a different order differ in the last digits; without this, exact ties
    would be split by rounding noise.
    """
    classes = [0] * len(values)
    number = -1
    previous: float | None = None
    for index in sorted(range(len(values)), key=values.__getitem__):
        if previous is None or values[index] - previous > tolerance:
            number += 1
        previous = values[index]
        classes[index] = number
    return classes
