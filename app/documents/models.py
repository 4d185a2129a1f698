"""Documents made for people: what they are, where the file lies, what it hashes to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import Holds, Lens, sees


class DocumentKind(StrEnum):
    ALLOCATION_REPORT = "allocation-report"
    AWARD_REPORT = "award-report"
    FUNDER_REPORT = "funder-report"
    DECISION_LETTER = "decision-letter"
    PANEL_MINUTES = "panel-minutes"  # there before the release, for the staff of the call
    AUDIT_PACK = "audit-pack"  # a ZIP, for auditors and the staff of the call
    RECEIPT = "receipt"


class DocumentState(StrEnum):
    QUEUED = "queued"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"  # by a person, before it was made


class Document(Identified, Model):
    """A PDF, or the pack; its facts are frozen in a file, so that it can be rendered again."""

    __tablename__ = "document"
    __table_args__ = (Index(None, "call_id", "kind"),)
    __lens__ = sees(
        Holds.OWNER,
        read=[Lens.STAFF, Lens.FUNDER, Lens.AUDITOR],
        append=[Lens.STAFF],
        change=[Lens.STAFF],
    )

    kind: Mapped[DocumentKind]
    state: Mapped[DocumentState] = mapped_column(default=DocumentState.QUEUED)
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id"))
    about_id: Mapped[str] = mapped_column(index=True)  # call, award, funder, proposal or allocation
    facts_key: Mapped[str]
    file_key: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(default="")  # of the file as it is handed out, signed
    rendered_sha256: Mapped[str] = mapped_column(default="")  # before signing: always the same
    size: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    trouble: Mapped[str] = mapped_column(default="")

    @property
    def ending(self) -> str:
        """What the name of its file ends with."""
        return "zip" if self.kind is DocumentKind.AUDIT_PACK else "pdf"

    def is_file(self, ending: str) -> bool:
        """Whether it is finished, and a file of that ending."""
        return bool(self.file_key) and ending == self.ending
