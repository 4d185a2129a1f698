"""The seam for what rooms above say on the public page of a call: links with their words."""

from collections.abc import Callable
from typing import NamedTuple

from app.calls.models import Call


class Aside(NamedTuple):
    label: str
    url: str


Asks = Callable[[Call], Aside | None]
_asked: list[Asks] = []


def said_of_calls(asks: Asks) -> Asks:
    """Register what gives a link for a call, or None. It sees what the public may see."""
    _asked.append(asks)
    return asks


def asides(call: Call) -> list[Aside]:
    return [aside for ask in _asked if (aside := ask(call)) is not None]
