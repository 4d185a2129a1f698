"""Reads of the outbox."""

from datetime import timedelta

from sqlalchemy import select

from app.core import clock
from app.core.db import db, door
from app.core.lens import Door
from app.notifications.models import Letter


def told_lately(account_id: str, kind: str, about_id: str, within: timedelta) -> bool:
    """Whether the person was written such a letter about this a short while ago."""
    statement = (
        select(Letter.id)
        .where(
            Letter.account_id == account_id,
            Letter.kind == kind,
            Letter.about_id == about_id,
            Letter.created_at > clock.now() - within,
        )
        .limit(1)
    )
    with door(Door.OUTBOX):
        return db.session.scalar(statement) is not None
