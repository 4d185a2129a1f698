"""The job that makes the audit pack, once every report of a release is there."""

from datetime import timedelta

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.allocation.releasing import Release, at_release
from app.calls.models import Call
from app.core import clock
from app.core.db import Json, db
from app.core.gate import enforce
from app.core.jobs import Later, enqueue, handles
from app.core.verdict import ALLOWED
from app.documents import pack, queries
from app.documents import service as reports  # its step of the release comes before ours
from app.documents.events import AuditPackMade, ReportFailed
from app.documents.models import Document, DocumentKind, DocumentState
from app.ledger.service import record

LOOK_AGAIN = timedelta(seconds=10)
STILL_TO_COME = frozenset({DocumentState.QUEUED, DocumentState.STOPPED})
PACKS = "audit-pack"  # kind of file in the store


@at_release
def ask_for_pack(_actor: Actor, release: Release) -> None:
    """Ask for the pack inside the release."""
    document = Document(
        kind=DocumentKind.AUDIT_PACK,
        call_id=release.call.id,
        about_id=release.allocation.id,
        facts_key="",
        made_at=clock.now(),
    )
    db.session.add(document)
    db.session.flush()
    enqueue(reports.PACK, {"document_id": document.id})


def _pack(payload: Json) -> bytes | None:
    document = queries.get_document(payload["document_id"])
    if document is None or document.state is not DocumentState.QUEUED:
        return None
    others = [d for d in queries.documents_of(document.call_id) if d.id != document.id]
    if any(one.state in STILL_TO_COME for one in others):
        raise Later(LOOK_AGAIN, "reports are still being made, or were stopped until later")
    return pack.packed(db.session.get_one(Call, document.call_id), reports.store())


def _gave_up(payload: Json, trouble: str) -> None:
    document = queries.get_document(payload["document_id"])
    if document is not None:
        enforce(ALLOWED)  # the release allowed it
        document.state, document.trouble = DocumentState.FAILED, trouble
        record(SYSTEM_ACTOR, ReportFailed(trouble=trouble), about=document)


@handles(reports.PACK, prepare=_pack, gave_up=_gave_up)
def _keep(payload: Json, content: bytes | None) -> None:
    document = queries.get_document(payload["document_id"])
    if content is None or document is None or document.state is DocumentState.READY:
        return
    enforce(ALLOWED)  # the release allowed it
    kept = reports.store().put(content, kind=PACKS)
    document.state, document.trouble = DocumentState.READY, ""
    document.file_key, document.sha256, document.size = kept.key, kept.sha256, kept.size
    record(SYSTEM_ACTOR, AuditPackMade(kept.sha256), about=document)
