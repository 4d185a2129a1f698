"""The facts of a certificate of reviewing."""

import hashlib
from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import select

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core.db import db
from app.core.settings import settings
from app.documents import facts
from app.reviewers.models import Seat, SeatState
from app.reviews.queries import own_seat_ids


def reviews_by_year(account_id: str) -> dict[int, int]:
    """Count somebody's reviews in released calls by the year of the release, the last first.

    Before the release nothing is told, not even to the reviewer: a count that grows would show
    how far a call is.
    """
    rows = db.session.execute(
        select(Call.released_at)
        .join(Seat, Seat.call_id == Call.id)
        .where(
            Seat.id.in_(own_seat_ids(account_id)),
            Seat.state == SeatState.SUBMITTED,
            Call.released_at.is_not(None),
        )
    )
    counted = Counter(row.released_at.astimezone(UTC).year for row in rows)
    return dict(sorted(counted.items(), reverse=True))


def certificate(actor: Actor, year: int, reviews: int) -> facts.Certificate:
    config = settings()
    told = f"{actor.id}|{year}|{reviews}"
    return facts.Certificate(
        issue=facts.Issue(
            reference=f"certificate/{year}/{hashlib.sha256(told.encode()).hexdigest()[:16]}",
            language="en",
            zone="UTC",
            at=datetime(year, 1, 1, tzinfo=UTC),
            issuer=config.organisation,
            verify_url=f"{config.base_url.rstrip('/')}/verify",
        ),
        person=actor.name,
        year=year,
        reviews=reviews,
        funder=config.organisation,
    )
