"""Files that are on their way: sent in pieces, so that a line that breaks loses one piece."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Holds, Lens, sees


class PartialUpload(Identified, Model):
    """What has arrived of one person's file for one question. Its name may tell who they are."""

    __tablename__ = "partial_upload"
    __recorded__ = False  # nothing of the proposal changes; attaching the whole file is recorded
    __table_args__ = (UniqueConstraint("proposal_id", "question_key", "account_id"),)
    __lens__ = sees(
        Holds.APPLICANT_IDENTITY,
        read=[Lens.APPLICANT],
        append=[Lens.APPLICANT],
        change=[Lens.APPLICANT],
    )

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    question_key: Mapped[str]
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)  # of the whole file
    sha256: Mapped[str]  # of the whole file, as the browser computed it
    received: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes, from the beginning
    pieces: Mapped[list[Any]] = mapped_column(default=list)  # keys in the store, in order
    touched_at: Mapped[datetime]
