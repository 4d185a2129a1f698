"""What the call's office asks the applicants to mend in what they submitted."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Holds, Lens, sees
from app.proposals.models.submitted import APPLICANT_SIDE


class Correction(Identified, Model):
    """A proposal returned, with the points to mend and a deadline of its own."""

    __tablename__ = "correction"
    __lens__ = sees(Holds.OWNER, read=APPLICANT_SIDE, append=[Lens.STAFF])

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)
    points: Mapped[list[Any]]  # sentences
    until: Mapped[datetime]
    returned_at: Mapped[datetime]
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
