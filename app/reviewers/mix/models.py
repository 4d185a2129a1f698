"""What reviewers tell for the mix of a panel: a box that is written and never looked into."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Holds, Lens, sees


class ToldGender(Identified, Model):
    """What somebody said once; the last counts, and empty takes it back. No page reads it, not
    even their own: only the job that computes plans."""

    __tablename__ = "told_gender"
    __recorded__ = False  # not even that somebody said something is told
    __lens__ = sees(Holds.REVIEWER_IDENTITY, append=[Lens.REVIEWER])

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    gender: Mapped[str]  # one of rules.GENDERS, or nothing
    told_at: Mapped[datetime]
