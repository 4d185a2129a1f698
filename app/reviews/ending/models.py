"""When staff closed reviewing: what arrived before that counts, however long it took to arrive."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.lens import Holds, Lens, sees


class ReviewingClosed(Model):
    """The instant at which a call left reviewing, the last time it did."""

    __tablename__ = "reviewing_closed"
    __lens__ = sees(
        Holds.OWNER,
        read=[Lens.REVIEWER, Lens.STAFF, Lens.AUDITOR],
        append=[Lens.STAFF],
        change=[Lens.STAFF],
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), primary_key=True)
    closed_at: Mapped[datetime]
