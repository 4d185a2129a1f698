"""Writing together: invitations, comments, the history of saves, and the signatory.

All of it is the applicants' own. No other lens reads any of it.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Json, Model
from app.core.lens import Holds, Lens, sees
from app.proposals.models.submitted import MayDo

OWN = sees(
    Holds.APPLICANT_IDENTITY,
    read=[Lens.APPLICANT],
    append=[Lens.APPLICANT],
    change=[Lens.APPLICANT],
)


class InvitationState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken-back"


class Invitation(Identified, Model):
    """An invitation to apply together, to one address; only its owner can accept."""

    __tablename__ = "invitation"
    __lens__ = OWN

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)
    email: Mapped[str]
    email_key: Mapped[str]
    may: Mapped[MayDo]
    state: Mapped[InvitationState] = mapped_column(default=InvitationState.OPEN)
    invited_at: Mapped[datetime]


class DraftComment(Identified, Model):
    """What a member says about one question of the draft, for the others."""

    __tablename__ = "draft_comment"
    __lens__ = OWN

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)
    field: Mapped[str]  # of the form, as title or q_aims
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    author: Mapped[str]
    text: Mapped[str]
    written_at: Mapped[datetime]
    done: Mapped[bool] = mapped_column(default=False)


class DraftSave(Identified, Model):
    """The draft as one person left it; their saves within a few minutes are one row."""

    __tablename__ = "draft_save"
    __table_args__ = (UniqueConstraint("proposal_id", "account_id", "span"),)
    __lens__ = OWN

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    span: Mapped[int]  # minutes since 1970, in steps
    author: Mapped[str]
    revision: Mapped[int]
    saved_at: Mapped[datetime]
    content: Mapped[Json]  # field of the form -> text


class Signatory(Model):
    """The lead organisation's signatory and what they signed: the draft with this hash."""

    __tablename__ = "signatory"
    __lens__ = OWN

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    asked_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str] = mapped_column(default="")  # the name typed beside the signature
    sha256: Mapped[str] = mapped_column(default="")  # of what was signed
