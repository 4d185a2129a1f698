"""What one proposal is let off, by the call's office and with a reason."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Holds, Lens, sees


class ExemptionKind(StrEnum):
    RULE = "rule"  # of eligibility
    DEADLINE = "deadline"  # more time, for this proposal alone


class Exemption(Identified, Model):
    """A request of the applicants to their call's office, and what it decided.

    The reasons may tell who applies, so no reviewer's lens reads them.
    """

    __tablename__ = "exemption"
    __lens__ = sees(
        Holds.APPLICANT_IDENTITY,
        read=[Lens.APPLICANT, Lens.STAFF, Lens.AUDITOR],
        append=[Lens.APPLICANT, Lens.STAFF],
        change=[Lens.STAFF],
    )

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"), index=True)
    kind: Mapped[ExemptionKind]
    rule: Mapped[str] = mapped_column(default="")  # the name of the rule
    asked: Mapped[str] = mapped_column(default="")  # the applicants' reason
    asked_at: Mapped[datetime]
    granted: Mapped[bool | None]  # empty while nobody decided
    reason: Mapped[str] = mapped_column(default="")  # the office's
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    until: Mapped[datetime | None]  # of more time: the proposal's own deadline
