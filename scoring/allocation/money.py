"""Turns an amount of one currency into another, to the minor unit, by one stated rule."""

from decimal import Decimal
from fractions import Fraction

from scoring.allocation.entry import whole_minor
from scoring.errors import InputError


def convert_minor(
    amount_minor: int,
    rate: Decimal | Fraction | str | float,
    *,
    decimals: int = 2,
    to_decimals: int = 2,
) -> int:
    """Convert whole minor units at `rate` units of the new currency per unit of the old.

    The exact product is rounded half to even to the new minor unit (IEEE 754 roundTiesToEven), so
    sums of many converted amounts carry no drift. `decimals` and `to_decimals` are the ISO 4217
    exponents. A float rate is refused: write it as a string, exactly as published.
    """
    whole_minor(amount_minor, "the amount to convert")
    if isinstance(rate, float):
        raise InputError(
            f"the exchange rate {rate!r} is a float; give it as an exact decimal string"
        )
    try:
        exact = Fraction(rate)
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise InputError(
            f"the exchange rate {rate!r} is not a number; write e.g. 1.08158"
        ) from error
    if exact <= 0:
        raise InputError(
            f"the exchange rate {rate} is not positive; give units per unit, e.g. 1.08158"
        )
    return round(amount_minor * exact * Fraction(10) ** (to_decimals - decimals))
