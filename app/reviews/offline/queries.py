"""Reads of packs: one's own, through the door to what is one's own."""

from sqlalchemy import select

from app.core.db import db, door
from app.core.lens import Door
from app.reviews.offline.models import ReviewPack


def own_packs(account_id: str, call_id: str) -> list[ReviewPack]:
    """Return somebody's packs of a call, the latest first."""
    with door(Door.OWN_SEATS):
        return list(
            db.session.scalars(
                select(ReviewPack)
                .where(ReviewPack.account_id == account_id, ReviewPack.call_id == call_id)
                .order_by(ReviewPack.asked_at.desc(), ReviewPack.id)
            )
        )


def own_pack(account_id: str, pack_id: str) -> ReviewPack | None:
    """Return a pack of one's own; None for an absent one and for another's alike."""
    with door(Door.OWN_SEATS):
        return db.session.scalar(
            select(ReviewPack).where(ReviewPack.id == pack_id, ReviewPack.account_id == account_id)
        )
