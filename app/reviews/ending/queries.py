"""Reads of the end of reviewing."""

from datetime import datetime

from sqlalchemy import select

from app.core.db import db, door
from app.core.lens import Door
from app.reviewers.models import Certified
from app.reviews.ending.models import ReviewingClosed


def closed_at(call_id: str) -> datetime | None:
    """Return when a call left reviewing; None where it has not yet."""
    return db.session.scalar(
        select(ReviewingClosed.closed_at).where(ReviewingClosed.call_id == call_id)
    )


def has_certified(account_id: str, call_id: str) -> bool:
    """Whether somebody certified at the end; through the door to what is one's own."""
    with door(Door.OWN_SEATS):
        found = db.session.scalar(
            select(Certified.id).where(
                Certified.account_id == account_id, Certified.call_id == call_id
            )
        )
    return found is not None
