"""The seam for the order of discussion: the room that ranks registers how."""

from collections.abc import Callable

from app.calls.models import Call

Order = Callable[[Call], list[str]]
_orders: list[Order] = []


def gives_order(order: Order) -> Order:
    """Register how the proposals of a call stand now, by number, best first."""
    _orders.append(order)
    return order


def standing_order(call: Call) -> list[str]:
    """Return the numbers of the call's proposals as they stand, best first."""
    return [number for order in _orders for number in order(call)]
