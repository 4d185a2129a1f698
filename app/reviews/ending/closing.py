"""Closing: the instant is kept in the officer's own transaction."""

from app.calls.models import Call, CallState
from app.calls.moving import after_move
from app.core import clock
from app.core.db import db
from app.reviews.ending.models import ReviewingClosed


@after_move
def note_closing(call: Call, to: CallState) -> None:
    """Keep when reviewing closed; forget it when the call goes back to reviewing."""
    kept = db.session.get(ReviewingClosed, call.id)
    if to is CallState.REVIEWING and kept is not None:
        db.session.delete(kept)
    elif to is CallState.RANKING and kept is None:
        db.session.add(ReviewingClosed(call_id=call.id, closed_at=clock.now()))
