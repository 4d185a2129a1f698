"""Reports as pages list them, and files as they are handed out."""

from typing import Any

from flask import Response, current_app

from app.awards.models import Award
from app.calls import views as call_views
from app.calls.models import Call
from app.core.words import _
from app.documents import queries
from app.documents.models import Document, DocumentKind, DocumentState

Values = dict[str, Any]
KIBIBYTE = 1024


def chip_of(state: DocumentState) -> Values:
    """Return words, tone and stage of a report's chip."""
    words, tone, stage = {
        DocumentState.QUEUED: (_("being made"), "wait", "part"),
        DocumentState.READY: (_("ready"), "good", "done"),
        DocumentState.FAILED: (_("could not be made"), "bad", "stop"),
        DocumentState.STOPPED: (_("stopped"), "neutral", "stop"),
    }[state]
    return {"words": words, "tone": tone, "stage": stage}


def report_rows(call: Call, documents: list[Document], awards: dict[str, Award]) -> list[Values]:
    """Return the reports of a call with what each is about."""
    named = {award_id: award.number for award_id, award in awards.items()}
    queued = [document.id for document in documents if document.state is DocumentState.QUEUED]
    going, held_up = queries.progress_of(queued), queries.held_up(queued)
    named |= queries.funder_names(
        document.about_id for document in documents if document.kind is DocumentKind.FUNDER_REPORT
    )
    return [
        {
            "id": document.id,
            "name": report_name(call, document, named.get(document.about_id, "")),
            "award": awards[document.about_id].title if document.about_id in awards else "",
            "chip": chip_of(document.state),
            "ready": document.state is DocumentState.READY,
            "failed": document.state is DocumentState.FAILED,
            "stopped": document.state is DocumentState.STOPPED,
            "waiting": document.state is DocumentState.QUEUED,
            "held_up": document.id in held_up,
            "percent": going.get(document.id, 0),
            "ending": document.ending,
            "trouble": document.trouble,
            "sha256": document.sha256,
            "rendered_sha256": document.rendered_sha256,
            "size": size_words(document.size),
            "made": call_views.local(call, document.made_at),
        }
        for document in documents
    ]


def report_name(call: Call, document: Document, about: str) -> str:
    """Name a report; `about` is the number of the award or the name of the funder."""
    match document.kind:
        case DocumentKind.ALLOCATION_REPORT:
            return _("Allocation report %(call)s", call=call.code)
        case DocumentKind.FUNDER_REPORT:
            return _("Report to %(funder)s", funder=about)
        case DocumentKind.PANEL_MINUTES:
            return _("Panel minutes %(call)s", call=call.code)
        case DocumentKind.AUDIT_PACK:
            return _("Audit pack %(call)s", call=call.code)
        case _:
            return _("Award report %(number)s", number=about)


def file_name(call: Call, document: Document, award: Award | None) -> str:
    match document.kind:
        case DocumentKind.ALLOCATION_REPORT:
            return f"{call.code}-allocation-report.pdf"
        case DocumentKind.FUNDER_REPORT:
            return f"{call.code}-report-to-funder.pdf"
        case DocumentKind.PANEL_MINUTES:
            return f"{call.code}-panel-minutes.pdf"
        case DocumentKind.AUDIT_PACK:
            return f"{call.code}-audit-pack.zip"
        case _:
            return f"{award.number if award else document.id}-award-report.pdf"


def size_words(size: int) -> str:
    return _("%(size)s KB", size=max(1, round(size / KIBIBYTE)))


def pdf_response(content: bytes, name: str) -> Response:
    """Hand out a PDF of ours to be kept; a browser is not asked to show it inside a page."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def stored_pdf(file_key: str, name: str) -> Response:
    return pdf_response(current_app.extensions["files"].get(file_key), name)


def stored_document(call: Call, document: Document, award: Award | None) -> Response:
    """Hand out a finished report, or the audit pack."""
    response = stored_pdf(document.file_key, file_name(call, document, award))
    if document.kind is DocumentKind.AUDIT_PACK:
        response.mimetype = "application/zip"
    return response
