"""The auditors' pages: calls, their reports and the whole ledger, to read and never to change."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.awards import queries as awards
from app.calls import queries as calls
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.documents import auditing, policy, queries, views

bp = Blueprint("auditors", __name__, url_prefix="/audit")


@bp.get("")
@access(Lens.AUDITOR, policy.may_audit)
def ledger() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_audit(actor))
    page = max(request.args.get("page", 1, type=int), 1)
    about = request.args.get("about", "").strip()[:100]
    return render_template(
        "reports/audit.html",
        calls=auditing.calls(actor),
        about=about,
        page_url=url_for("auditors.ledger", about=about or None, page="PAGE"),
        ledger=auditing.ledger_page(page, about) if policy.may_read_ledger(actor) else None,
    )


@bp.get("/calls/<id:call_id>")
@access(Lens.AUDITOR, policy.may_audit_call)
def show_call(call_id: str) -> ResponseReturnValue:
    call = require(calls.get_call(call_id))
    enforce(policy.may_audit_call(signed_in(), call))
    return render_template("reports/audit_call.html", **auditing.call_page(call))


@bp.get("/reports/<id:document_id>.pdf", defaults={"ending": "pdf"})
@bp.get("/reports/<id:document_id>.zip", defaults={"ending": "zip"})
@access(Lens.AUDITOR, policy.may_audit_call)
def report_file(document_id: str, ending: str) -> ResponseReturnValue:
    document = queries.get_document(document_id)
    require(document if document and document.is_file(ending) else None)
    assert document is not None
    call = calls.get_call(document.call_id)
    assert call is not None
    enforce(policy.may_audit_call(signed_in(), call))
    award = next((a for a in awards.awards_of(call.id) if a.id == document.about_id), None)
    return views.stored_document(call, document, award)
