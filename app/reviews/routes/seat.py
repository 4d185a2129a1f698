"""One's own seat, as every page of it opens it, and the ways between these pages."""

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls.rules import Phase
from app.core import clock
from app.core.gate import enforce
from app.core.web import require
from app.reviews import policy, queries
from app.reviews.ending.queries import closed_at
from app.reviews.ending.rules import is_in_time
from app.reviews.queries import Opened

bp = Blueprint("reviews", __name__, url_prefix="/reviews")


def arrived() -> datetime:
    """Return when the head of this request reached the server."""
    found: datetime = request.environ.get("equipoise.received_at") or clock.now()
    return found


def as_it_arrived(opened: Opened) -> Opened:
    """Return the seat as it was when the request arrived: what came before reviewing closed
    counts, however long it took to be read."""
    place = opened.place
    if place.phase is not Phase.RANKING or not is_in_time(arrived(), closed_at(place.call_id)):
        return opened
    return replace(opened, place=replace(place, phase=Phase.REVIEWING))


def opened_seat(seat_id: str) -> Opened:
    """Return the seat, or stop as if it were not there: absent and not one's own look alike."""
    actor = signed_in()
    opened = require(queries.opened(actor.id, seat_id))
    enforce(policy.may_see(actor, opened.place))
    return opened


def to_page(address: str = "") -> ResponseReturnValue:
    """Lead on to an address of our own, or back to the list."""
    return redirect(address or url_for("reviews.list_own"), 303)


def to_own(page: str, **values: str) -> ResponseReturnValue:
    return redirect(url_for(f"reviews.{page}", **values), 303)  # type: ignore[arg-type]
