"""The staff's page of a call's reports, and the applicants' receipts and letters as PDF."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from app.accounts.session import signed_in
from app.allocation import policy as allocation
from app.allocation import queries as allocations
from app.awards import queries as awards
from app.awards.service import LANGUAGE
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.gate import enforce
from app.core.jobs import answer
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.documents import collecting, policy, queries, reports, service, views
from app.documents.models import Document, DocumentState
from app.proposals import queries as proposals

bp = Blueprint("documents", __name__)


def _call(call_id: str) -> Call:
    call = require(calls.get_call(call_id))
    enforce(policy.may_see_reports(signed_in(), call))
    return call


def _document(call: Call, document_id: str) -> Document:
    document = queries.get_document(document_id)
    require(document if document and document.call_id == call.id else None)
    assert document is not None
    return document


@bp.get("/desk/calls/<id:call_id>/reports", endpoint="reports")
@access(Lens.STAFF, policy.may_see_reports)
def list_reports(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    made = list(queries.documents_of(call.id))
    return render_template(
        "reports/desk.html",
        call=call_views.call_row(call),
        rows=views.report_rows(call, made, {a.id: a for a in awards.awards_of(call.id)}),
        waiting=any(document.state is DocumentState.QUEUED for document in made),
        letters=queries.letters_by_state(call.id),
        may_ask_again=policy.may_ask_again(signed_in(), call),
    )


@bp.get("/desk/calls/<id:call_id>/reports/<id:document_id>.pdf", defaults={"ending": "pdf"})
@bp.get("/desk/calls/<id:call_id>/reports/<id:document_id>.zip", defaults={"ending": "zip"})
@access(Lens.STAFF, policy.may_see_reports)
def report_file(call_id: str, document_id: str, ending: str) -> ResponseReturnValue:
    call = _call(call_id)
    document = _document(call, document_id)
    require(document if document.is_file(ending) else None)
    about = {award.id: award for award in awards.awards_of(call.id)}.get(document.about_id)
    return views.stored_document(call, document, about)


@bp.post("/desk/calls/<id:call_id>/reports/<id:document_id>/again")
@access(Lens.STAFF, policy.may_ask_again)
def ask_again(call_id: str, document_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    service.ask_again(signed_in(), call, _document(call, document_id))
    flash(_("The report is being made again."), "good")
    return redirect(url_for("documents.reports", call_id=call.id), 303)


@bp.post("/desk/calls/<id:call_id>/reports/letters/again")
@access(Lens.STAFF, policy.may_ask_again)
def ask_letters_again(call_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    asked = service.ask_letters_again(signed_in(), call)
    flash(_("Letters that are being made again: %(count)s.", count=asked), "good")
    return redirect(url_for("documents.reports", call_id=call.id), 303)


@bp.get("/desk/calls/<id:call_id>/reports/<id:document_id>/progress")
@access(Lens.STAFF, policy.may_see_reports)
def progress(call_id: str, document_id: str) -> Response:
    """Say how far a report is, for the script of a page that waits for it."""
    document = _document(_call(call_id), document_id)
    done = document.state is not DocumentState.QUEUED
    return answer(queries.progress_of([document.id]).get(document.id, 0), done=done)


@bp.post("/desk/calls/<id:call_id>/reports/<id:document_id>/stop")
@access(Lens.STAFF, policy.may_stop)
def stop(call_id: str, document_id: str) -> ResponseReturnValue:
    call = _call(call_id)
    service.stop(signed_in(), call, _document(call, document_id))
    flash(_("Stopped. What the report says is settled; its file can be made at any time."), "good")
    return redirect(url_for("documents.reports", call_id=call.id), 303)


@bp.get("/proposals/<id:proposal_id>/decision-letter.pdf")
@access(Lens.APPLICANT, allocation.may_see_outcome)
def letter_pdf(proposal_id: str) -> ResponseReturnValue:
    proposal = require(proposals.get_proposal(proposal_id))
    enforce(allocation.may_see_outcome(signed_in(), proposal))
    outcome = require(allocations.outcome_of(proposal_id))
    require(outcome.letter or None)
    return views.stored_pdf(outcome.letter["file_key"], f"{proposal.number}-decision-letter.pdf")


@bp.get("/proposals/<id:proposal_id>/receipts/<id:receipt_id>.pdf")
@access(Lens.APPLICANT, policy.may_have_receipt)
def receipt_pdf(proposal_id: str, receipt_id: str) -> ResponseReturnValue:
    proposal = require(proposals.get_proposal(proposal_id))
    enforce(policy.may_have_receipt(signed_in(), proposal))
    given = proposals.receipt(proposal.id, receipt_id)
    version = proposals.get_version(given.version_id) if given else None
    call = calls.get_call(proposal.call_id)
    require(version)
    assert given is not None
    assert version is not None
    assert call is not None
    with force_locale(LANGUAGE):
        facts = collecting.receipt(call, proposal, version, given)
    return views.pdf_response(reports.receipt(facts), f"receipt-{given.id}.pdf")
