"""Bids. Whose they are stands apart from what they say, and nobody else's page can join the two."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Json, Model
from app.core.lens import Door, Holds, Lens, May, sees
from app.reviewers.models import STAFF_SIDE


class Bidding(Model):
    """That a call asks its pool for bids, and until when."""

    __tablename__ = "bidding"
    __lens__ = sees(
        Holds.OWNER,
        read=[Lens.REVIEWER, *STAFF_SIDE],
        append=[Lens.STAFF],
        change=[Lens.STAFF],
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), primary_key=True)
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]


class BidSheet(Identified, Model):
    """One person's bids in one call: the proposals in an order of their own, and yes, maybe, no.

    `shown` is the order, drawn from `seed`; proposals with a conflict are not in it. `revision`
    grows by one with every save; a save that names an older one is refused.
    """

    __tablename__ = "bid_sheet"
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=[Lens.REVIEWER, *STAFF_SIDE],
        append=[Lens.STAFF],
        change=[Lens.STAFF, Lens.REVIEWER],
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    seed: Mapped[str]
    shown: Mapped[list[Any]]
    bids: Mapped[Json] = mapped_column(default=dict)  # proposal id -> yes, maybe, no
    revision: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None]


class BidHolder(Model):
    """Whose bids they are."""

    __tablename__ = "bid_holder"
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=STAFF_SIDE,
        append=[Lens.STAFF],
        doors={Door.OWN_SEATS: May.READ},
    )

    sheet_id: Mapped[str] = mapped_column(ForeignKey("bid_sheet.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
