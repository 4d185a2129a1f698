"""Reads of the outbox."""

from datetime import timedelta

from sqlalchemy import select

from app.core import clock
from app.core.db import db, door
from app.core.lens import Door
from app.notifications.models import Letter


def told_lately(kind: str, about_id: str, within: timedelta) -> set[str]:
    """Return who was written such a letter about this a short while ago."""
    statement = select(Letter.account_id).where(
        Letter.kind == kind,
        Letter.about_id == about_id,
        Letter.created_at > clock.now() - within,
    )
    with door(Door.OUTBOX):
        return set(db.session.scalars(statement))
