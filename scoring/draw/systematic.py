"""Draws a fixed number of places with given exact probabilities (Madow's systematic sampling)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.draw.stream import Stream, shuffled
from scoring.errors import InputError


@dataclass(frozen=True, slots=True)
class Drawing:
    """One draw: the chance order, the starting point, and who was selected, in that order."""

    order: tuple[str, ...]
    start: Fraction
    selected: tuple[str, ...]


def draw_places(probabilities: Mapping[str, Fraction], seed: bytes, label: str) -> Drawing:
    """Select as many ids as the probabilities add up to, each with exactly its probability.

    The ids are put in chance order (stream `label/order`); their probabilities, end to end, cover
    0..k; those whose stretch holds u, u + 1, … are selected, u from stream `label/start`, in exact
    fractions. Raises InputError unless every probability is in 0..1 and they add to a whole number.
    """
    for name, chance in probabilities.items():
        if not 0 <= chance <= 1:
            raise InputError(f"the probability of {name} is {chance}; it must be from 0 to 1")
    places = sum(probabilities.values(), Fraction())
    if places.denominator != 1:
        raise InputError(f"the probabilities add to {places}, not to a whole number of places")
    order = shuffled(list(probabilities), Stream(seed, f"{label}/order"))
    start = Fraction(Stream(seed, f"{label}/start").below(1 << 64), 1 << 64)
    return Drawing(tuple(order), start, tuple(_hit(order, probabilities, start)))


def _hit(order: Sequence[str], probabilities: Mapping[str, Fraction], start: Fraction) -> list[str]:
    hit, end, point = [], Fraction(), start
    for name in order:
        end += probabilities[name]
        if point < end:
            hit.append(name)
            point += 1
    return hit
