"""The rule whose decisions are put to the test: an order of proposals in, the funded ones out."""

from collections.abc import Callable, Sequence

from scoring.errors import InputError

Decide = Callable[[Sequence[str]], frozenset[str]]
"""From all ids, best first, to the ids that are funded."""


def first(k: int) -> Decide:
    """Fund the first `k`."""
    if k < 0:
        raise InputError(f"The number of places is {k}; it cannot be negative.")
    return lambda order: frozenset(order[:k])
